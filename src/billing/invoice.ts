import type { PlanTerms } from './planTerms.ts';

/** What a consumer owes for a month. The same data give the same invoice, whoever asks and when. */
export interface Invoice {
  readonly consumer: string;
  /** Such as `2026-11`; by UTC. */
  readonly month: string;
  /** Nothing is added to a final one. */
  readonly state: 'open' | 'final';
  readonly lines: readonly InvoiceLine[];
  /** One for each currency. */
  readonly totals: readonly Money[];
  /** What was asked, the dearest first: what the lines are the sum of. */
  readonly operations: readonly BilledOperation[];
}

/** In minor units. */
export interface Money {
  readonly amount: bigint;
  /** Null where nothing costs anything. */
  readonly currency: string | null;
  readonly exponent: number;
}

export interface InvoiceLine extends Money {
  readonly kind: 'fee' | 'included' | 'excess';
  readonly plan: string;
  /** Units of cost; of a fee 1. */
  readonly quantity: bigint;
  /** What so many units cost, in minor units; null for what costs nothing more. */
  readonly price: { readonly amount: number; readonly per: number } | null;
}

export interface BilledOperation {
  readonly plan: string;
  readonly operation: string;
  readonly operations: number;
  readonly units: bigint;
}

/** What is stored of one consumer and month. */
export interface BilledMonth {
  readonly usage: readonly {
    readonly plan: string;
    readonly terms: string;
    readonly operation: string;
    readonly operations: number;
    readonly units: bigint;
    readonly firstMs: number;
  }[];
  readonly enrolled: readonly { readonly plan: string; readonly terms: string; readonly firstMs: number }[];
  /** All that the two above name. */
  readonly terms: ReadonlyMap<string, PlanTerms>;
}

type About = Pick<Invoice, 'consumer' | 'month' | 'state'>;

/** Null when the consumer was on no plan in the month. */
export function invoiceOf(about: About, billed: BilledMonth): Invoice | null {
  const lines = termsByPlan(billed).flatMap(linesOf);
  if (billed.usage.length === 0 && billed.enrolled.length === 0) return null;
  return { ...about, lines, totals: totalsOf(lines), operations: operationsOf(billed) };
}

/** What was used under one plan as it was at some time. */
interface TermsUsed {
  readonly terms: PlanTerms;
  units: bigint;
  firstMs: number;
}

/** Plans in the order they were met, and of each its terms in the order they were met. */
function termsByPlan({ usage, enrolled, terms }: BilledMonth): readonly (readonly TermsUsed[])[] {
  const used = new Map<string, TermsUsed>();
  for (const { terms: id, firstMs, units } of [
    ...enrolled.map((each) => ({ ...each, units: 0n })),
    ...usage,
  ]) {
    const known = terms.get(id);
    if (!known) throw new Error(`The store does not say what the terms ${id} are`);
    const same = used.get(id) ?? { terms: known, units: 0n, firstMs };
    used.set(id, same);
    same.units += units;
    same.firstMs = Math.min(same.firstMs, firstMs);
  }
  const inOrder = [...used.values()].sort(
    (one, other) => one.firstMs - other.firstMs || byPlan(one.terms, other.terms),
  );
  return [...Map.groupBy(inOrder, (each) => each.terms.plan).values()];
}

/**
 * The fee is that of the plan as it was met first. Units count against what is included in the order of the terms they were used
 * under, and what exceeds it costs what those say: a new price changes nothing about what was used before.
 */
function linesOf(versions: readonly TermsUsed[]): readonly InvoiceLine[] {
  const lines: InvoiceLine[] = [];
  const [first] = versions;
  if (first && first.terms.fee > 0) lines.push(feeLine(first.terms));
  let usedBefore = 0n;
  for (const { terms, units } of versions) {
    const left = terms.price ? atLeastZero(BigInt(terms.included) - usedBefore) : units;
    const included = units < left ? units : left;
    if (included > 0n)
      lines.push({ ...lineOf(terms), kind: 'included', quantity: included, price: null, amount: 0n });
    const excess = units - included;
    if (excess > 0n && terms.price) lines.push(excessLine(terms, excess, terms.price));
    usedBefore += units;
  }
  return lines;
}

function lineOf({ plan, currency, exponent }: PlanTerms) {
  return { plan, currency, exponent };
}

function feeLine(terms: PlanTerms): InvoiceLine {
  return { ...lineOf(terms), kind: 'fee', quantity: 1n, price: null, amount: BigInt(terms.fee) };
}

/** Rounded once, for the line, half up. */
function excessLine(terms: PlanTerms, quantity: bigint, price: NonNullable<PlanTerms['price']>): InvoiceLine {
  const per = BigInt(price.per);
  const amount = (2n * quantity * BigInt(price.amount) + per) / (2n * per);
  return { ...lineOf(terms), kind: 'excess', quantity, price, amount };
}

function totalsOf(lines: readonly InvoiceLine[]): readonly Money[] {
  const totals = new Map<string | null, Money>();
  for (const { currency, exponent, amount } of lines) {
    const before = totals.get(currency)?.amount ?? 0n;
    totals.set(currency, { amount: before + amount, currency, exponent });
  }
  return [...totals.values()];
}

function operationsOf({ usage }: BilledMonth): readonly BilledOperation[] {
  const sums = new Map<string, { plan: string; operation: string; operations: number; units: bigint }>();
  for (const { plan, operation, operations, units } of usage) {
    const key = JSON.stringify([plan, operation]);
    const sum = sums.get(key) ?? { plan, operation, operations: 0, units: 0n };
    sums.set(key, sum);
    sum.operations += operations;
    sum.units += units;
  }
  return [...sums.values()].sort((one, other) =>
    one.units === other.units ? byName(one, other) : one.units < other.units ? 1 : -1,
  );
}

function atLeastZero(value: bigint): bigint {
  return value < 0n ? 0n : value;
}

type Named = Pick<BilledOperation, 'plan' | 'operation'>;

function byName(one: Named, other: Named): number {
  const [a, b] = [JSON.stringify([one.operation, one.plan]), JSON.stringify([other.operation, other.plan])];
  return a < b ? -1 : 1;
}

function byPlan(one: PlanTerms, other: PlanTerms): number {
  const [a, b] = [JSON.stringify([one.plan, one.id]), JSON.stringify([other.plan, other.id])];
  return a < b ? -1 : 1;
}
