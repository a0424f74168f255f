import type { Clock } from '../base/clock.ts';
import type { Log } from '../model/log.ts';
import type { Operation } from '../model/operation.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Session } from '../model/session.ts';
import type { BillingLog } from './billingLog.ts';
import type { BillingMeter } from './billingMeter.ts';
import { chargeOf } from './chargeOf.ts';
import type { Agreements } from './enrolments.ts';
import { encodeCharged } from './usageRecord.ts';

export interface RecorderParts {
  readonly billingLog: Pick<BillingLog, 'append'>;
  readonly meter: Pick<BillingMeter, 'noteRecord'>;
  readonly region: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly agreements: () => Agreements;
}

/** Puts what is to be billed into the log. */
export interface Recorder {
  placed(session: Session): Session;
  record(outcome: Outcome): void;
  /** What was remembered of agreements: they have changed. */
  forget(): void;
}

const maxKnown = 10_000;
/** Plans that nobody knows are told of so many times. */
const maxTold = 20;

export function createRecorder(parts: RecorderParts): Recorder {
  const { billingLog, meter, region, clock, log, agreements } = parts;
  const encoded = new Map<string, Buffer>();
  const told = new Set<string>();
  let places = new WeakMap<Session, Session>();

  /** As it stands in a record; null for who is not billed. */
  function chargedOf({ consumer, plan }: Session, operation: Operation): Buffer | null {
    if (consumer === null || plan === null) return null;
    const name = operation.name ?? operation.document.hash.slice(0, 12);
    const key = `${consumer}\n${plan}\n${name}`;
    const known = encoded.get(key);
    if (known) return known;
    const terms = agreements().terms.get(plan)?.id;
    if (terms === undefined) return tellUnknown(plan, consumer);
    if (encoded.size >= maxKnown) encoded.clear();
    const charged = encodeCharged({ consumer, plan, terms, operation: name, region });
    encoded.set(key, charged);
    return charged;
  }

  function tellUnknown(plan: string, consumer: string): null {
    if (agreements().terms.size === 0 || told.has(plan) || told.size >= maxTold) return null;
    told.add(plan);
    log.warn({ plan, consumer }, 'A consumer is on a plan that is none of billing.plans: it is not billed');
    return null;
  }

  return {
    placed(session) {
      const { consumers } = agreements();
      if (session.consumer === null || consumers.size === 0) return session;
      const known = places.get(session);
      if (known) return known;
      const plan = consumers.get(session.consumer);
      const placed = plan === undefined || plan === session.plan ? session : { ...session, plan };
      places.set(session, placed);
      return placed;
    },
    record({ session, asked, arrival, response }) {
      if (response.cut) return; // Nobody pays for what we broke off.
      if (!session || session.plan === null || session.consumer === null) return;
      const atMs = clock.wallMs();
      for (let index = 0; index < asked.length; index += 1) {
        const item = asked[index];
        const units = item ? chargeOf(item) : null;
        if (units === null || !item?.operation) continue;
        const charged = chargedOf(session, item.operation);
        const id = asked.length === 1 ? arrival.requestId : `${arrival.requestId}#${index}`;
        if (charged && billingLog.append({ id, units, atMs, charged })) meter.noteRecord();
      }
    },
    forget() {
      encoded.clear();
      told.clear();
      places = new WeakMap();
    },
  };
}
