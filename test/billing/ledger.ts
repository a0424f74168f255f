import type { Outcome } from '../../src/model/outcome.ts';
import { askedOf, operationOf, outcomeOf, sessionOf } from '../support/outcomes.ts';

export interface LedgerPlan {
  readonly fee: number;
  readonly included: number;
  readonly price: { readonly amount: number; readonly per: number };
}

interface Entry {
  readonly consumer: string;
  readonly month: string;
  readonly plan: string;
  /** What the plan cost then. */
  readonly terms: LedgerPlan;
  readonly operation: string;
  readonly units: number;
}

export interface OwedLine {
  readonly plan: string;
  readonly kind: string;
  readonly quantity: bigint;
  readonly amount: bigint;
}

/** Makes up outcomes, and writes down what of it is to be billed in a book of its own. */
export function createLedger({ seed }: { seed: number }) {
  const random = randomFrom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const operations = Array.from({ length: 50 }, (_, index) =>
    operationOf(`query Shape${index} { f${index} }`),
  );
  const entries: Entry[] = [];

  return {
    /** An operation of one of 50 shapes, by one of 20 clients, for one of 3 consumers. */
    next(moment: {
      month: string;
      planOf: (consumer: string) => string;
      plans: Record<string, LedgerPlan>;
    }): Outcome {
      const operation = pick(operations);
      const client = Math.floor(random() * 20);
      const consumer = `consumer-${client % 3}`;
      const plan = moment.planOf(consumer);
      const [estimated, measured] = [Math.floor(random() * 200), Math.floor(random() * 150)];
      const ending = pick([
        'data',
        'data',
        'data',
        'data',
        'data',
        'data',
        'nothing',
        'unknown',
        'refused',
        'data',
      ]);
      const units = ending === 'data' ? measured : ending === 'unknown' ? estimated : null;
      const terms = moment.plans[plan];
      if (units !== null && terms)
        entries.push({ consumer, month: moment.month, plan, terms, operation: operation.name ?? '', units });
      const result = ending === 'refused' ? null : (ending as 'data' | 'nothing' | 'unknown');
      const asked = askedOf({
        operation,
        executed: result === 'data' || result === 'nothing',
        result,
        codes: result === null ? ['RATE_LIMITED'] : result === 'nothing' ? ['SUBGRAPH_TIMEOUT'] : [],
        cost: { estimated, measured: result === 'data' ? measured : null },
      });
      return outcomeOf({
        ...{ asked: [asked], schema: null, session: sessionOf(consumer, plan), client: `client-${client}` },
        status: result === null ? 429 : 200,
        finished: result !== 'unknown',
      });
    },
    consumers: () => [...new Set(entries.map(({ consumer }) => consumer))].sort(),
    months: () => [...new Set(entries.map(({ month }) => month))].sort(),
    owed: (consumer: string, month: string) =>
      owedFor(entries.filter((entry) => entry.consumer === consumer && entry.month === month)),
  };
}

/** Unit by unit, in the order in which things happened. */
function owedFor(entries: readonly Entry[]) {
  const lines: OwedLine[] = [];
  const operations = new Map<string, [number, number]>();
  for (const [plan, ofPlan] of Map.groupBy(entries, (entry) => entry.plan)) {
    lines.push({ plan, kind: 'fee', quantity: 1n, amount: BigInt(ofPlan[0]?.terms.fee ?? 0) });
    let used = 0;
    for (const [{ included, price }, underTerms] of Map.groupBy(ofPlan, (entry) => entry.terms)) {
      let [within, beyond] = [0, 0];
      for (const { units } of underTerms) {
        const free = Math.min(units, Math.max(0, included - used));
        within += free;
        beyond += units - free;
        used += units;
      }
      const amount = BigInt(Math.floor((beyond * price.amount) / price.per + 0.5));
      if (within > 0) lines.push({ plan, kind: 'included', quantity: BigInt(within), amount: 0n });
      if (beyond > 0) lines.push({ plan, kind: 'excess', quantity: BigInt(beyond), amount });
    }
  }
  for (const { plan, operation, units } of entries) {
    const [calls, sum] = operations.get(`${plan} ${operation}`) ?? [0, 0];
    operations.set(`${plan} ${operation}`, [calls + 1, sum + units]);
  }
  return { lines, total: lines.reduce((sum, { amount }) => sum + amount, 0n), operations };
}

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
