/**
 * Billing: what consumers owe for what they asked. A consumer is on a plan (its token or key says so, or the settings do); the plan says
 * what a month costs and how many units of cost are in it, and what the units beyond those cost.
 *
 * An operation that is to be billed is a record in a log on disk (`usageRecord.ts`, `billingLog.ts`): many are written and synced at once,
 * so a killed process loses milliseconds, and none counts before it is there. The log is added up into the store by a thread
 * (`openBillingStore.ts`, `storeLog.ts`), batch by batch, each in one transaction with the mark that says how far it came: whatever
 * fails in between, nothing is there twice. Each process has a log of its own; what one leaves that was killed, the next one adds up
 * (`adoptLogs.ts`). While the store is away, the log waits.
 *
 * An invoice (`invoice.ts`) is worked out from what is stored when it is asked for: money in whole minor units, rounded once a line, and
 * prices as they were when things were used.
 *
 *   const billing = createBilling(billingOptions.parse({ plans: { gold: { fee: 4900, currency: 'EUR' } } }), parts);
 *   billing.record(outcome);
 *   await billing.invoices.invoice({ consumer: 'acme', month: '2026-11' });   // { state: 'open', lines, totals, … }
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { siblingModule } from '../base/siblingModule.ts';
import type { Log } from '../model/log.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Session } from '../model/session.ts';
import type { StorageOptions, StoreThread } from '../storage/storage.ts';
import { createBillingLog } from './billingLog.ts';
import { type BillingStats, createBillingMeter } from './billingMeter.ts';
import type { BillingOptions } from './billingOptions.ts';
import type { BillingStore } from './billingStore.ts';
import { type Agreements, createEnrolments, type KnownConsumer } from './enrolments.ts';
import { createInvoices, type Invoices } from './invoices.ts';
import type { BillingStoreData } from './openBillingStore.ts';
import { termsOf } from './planTerms.ts';
import { createRecorder } from './recorder.ts';
import { createShipping } from './shipping.ts';
import { createUpkeep } from './upkeep.ts';

export { type BillingOptions, billingOptions } from './billingOptions.ts';
export type { Invoice, InvoiceLine, Money } from './invoice.ts';
export { invoiceCsv } from './invoiceCsv.ts';
export type { Invoices } from './invoices.ts';
export { moneyText } from './moneyText.ts';
export { planLimits } from './planLimits.ts';
export type { KeptTerms } from './readBilled.ts';
export { readLogFile } from './readRecords.ts';

export interface BillingParts {
  /** Where it is kept: beside the rest, in a file of its own where that is SQLite. */
  readonly storage: StorageOptions;
  /** Has the store, so that no request waits for it. */
  readonly storeThread: StoreThread;
  /** What relative paths start from. */
  readonly folder: string;
  /** For the log. */
  readonly dir: string;
  /** Where this gateway stands. */
  readonly region: string;
  /** Consumers that have keys; who is on a plan owes its fee. */
  readonly knownConsumers?: () => Promise<readonly KnownConsumer[]>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Billing {
  /** The same session, on the plan that the settings have its consumer on. */
  placed(session: Session): Session;
  /** On the way of every request, so it takes a microsecond or two. */
  record(outcome: Outcome): void;
  readonly invoices: Invoices;
  stats(): BillingStats & { readonly waitingBytes: number; readonly lost: number };
  reconfigure(options: BillingOptions): void;
  /** Commits and stores what is left; what the store does not take stays in the log. */
  close(): Promise<void>;
}

/** The store's methods; each takes one question. */
const methods = {
  ship: true,
  adopt: true,
  forget: true,
  enrol: true,
  billed: true,
  terms: true,
  lastPlan: true,
} as const satisfies Record<keyof BillingStore, true>;

const fileBytes = 16 * 1024 ** 2;

export function createBilling(options: BillingOptions, parts: BillingParts): Billing {
  const { storage, folder, region, clock, log, knownConsumers = async () => [] } = parts;
  const dir = join(parts.dir, 'billing');
  const instance = randomBytes(8).toString('hex');
  const { commit: commitMs, max: maxBytes, keep: keepMs } = options.log;
  let agreements = agreementsOf(options);

  const billingLog = createBillingLog({
    folder: join(dir, instance),
    commitMs,
    maxBytes,
    othersBytes: () => upkeep.othersBytes(),
    fileBytes,
    clock,
    log,
  });
  const { store, close } = parts.storeThread.open<BillingStore>({
    opener: { module: siblingModule(import.meta.url, 'openBillingStore'), name: 'openBillingStore' },
    data: { storage, folder, dir } satisfies BillingStoreData,
    methods,
    what: 'billing',
  });
  const enrolments = createEnrolments({
    store,
    clock,
    knownConsumers,
  });
  const meter = createBillingMeter({ clock });
  const isKept = keepMs > 0;
  const upkeep = createUpkeep({
    ...{ store, enrolments, meter, dir, instance, keepMs, clock },
    agreements: () => agreements,
  });
  const shipping = createShipping({
    billingLog,
    store,
    meter,
    dir,
    instance,
    isKept,
    clock,
    log,
    upkeep: upkeep.run,
  });
  const recorder = createRecorder({ billingLog, meter, region, clock, log, agreements: () => agreements });
  billingLog.setTerms([...agreements.terms.values()]);
  if (agreements.terms.size > 0 || existsSync(dir)) {
    // At once: a store that is away would keep upkeep from it.
    upkeep
      .lookAtOthers()
      .catch((err: unknown) => log.warn({ err }, 'Other logs of billing cannot be looked at'));
    shipping.start();
  }

  return {
    placed: recorder.placed,
    record: recorder.record,
    invoices: createInvoices({
      ...{ store, shipping, billingLog, knownConsumers, clock },
      agreements: () => agreements,
    }),
    stats: () => ({
      ...meter.read(),
      waitingBytes: billingLog.waitingBytes(),
      lost: billingLog.lost(),
    }),
    reconfigure(next) {
      agreements = agreementsOf(next);
      billingLog.setTerms([...agreements.terms.values()]);
      recorder.forget();
      enrolments.renew();
      if (agreements.terms.size > 0) shipping.start();
    },
    async close() {
      await shipping.close();
      await close();
    },
  };
}

function agreementsOf(options: BillingOptions): Agreements {
  return { terms: termsOf(options), consumers: new Map(Object.entries(options.consumers)) };
}
