import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { isFinal, monthOf, monthSpan } from './billedMonth.ts';
import type { BillingLog } from './billingLog.ts';
import type { BillingStore } from './billingStore.ts';
import type { Agreements, KnownConsumer } from './enrolments.ts';
import { type Invoice, invoiceOf } from './invoice.ts';
import type { KeptTerms } from './readBilled.ts';
import type { Shipping } from './shipping.ts';

export interface InvoicesParts {
  readonly store: Pick<BillingStore, 'billed' | 'terms' | 'lastPlan'>;
  readonly shipping: Pick<Shipping, 'ship'>;
  readonly billingLog: Pick<BillingLog, 'waitingBytes' | 'lost'>;
  /** Consumers that have keys. */
  readonly knownConsumers: () => Promise<readonly KnownConsumer[]>;
  readonly clock: Clock;
  readonly agreements: () => Agreements;
}

/** What can be asked. Everything throws STORE_UNAVAILABLE when the store is at fault. */
export interface Invoices {
  /** Of the current month when none is named; null when the consumer was on no plan. BAD_USER_INPUT for what is no month. */
  invoice(asked: { readonly consumer: string; readonly month?: string | undefined }): Promise<Invoice | null>;
  /** All plans as they are and were, the oldest first, and whether new usage is billed by them. */
  plans(): Promise<readonly (KeptTerms & { readonly isInForce: boolean })[]>;
  /** The names of the plans in force. */
  planNames(): readonly string[];
  /** By the settings, or else its keys, or else as it was met last. */
  planOf(consumer: string): Promise<string | null>;
  /** Bytes of this process's log that are not in the store. */
  waitingBytes(): number;
  /** Operations of this process that are not billed, because too much waited. */
  lost(): number;
}

export function createInvoices(parts: InvoicesParts): Invoices {
  const { store, shipping, billingLog, knownConsumers, clock, agreements } = parts;
  const keyPlan = async (consumer: string): Promise<string | null> =>
    (await knownConsumers()).find(({ name }) => name === consumer)?.plan ?? null;
  return {
    async invoice({ consumer, month = monthOf(clock.wallMs()) }) {
      if (!monthSpan(month)) throw new SluiceError('BAD_USER_INPUT', 'The month is written as 2026-01.');
      await shipping.ship();
      const state = isFinal(month, clock.wallMs()) ? 'final' : 'open';
      return invoiceOf({ consumer, month, state }, await store.billed({ consumer, month }));
    },
    async plans() {
      const inForce = new Set([...agreements().terms.values()].map(({ id }) => id));
      const kept = await store.terms(null);
      return kept.map((terms) => ({ ...terms, isInForce: inForce.has(terms.id) }));
    },
    planNames: () => [...agreements().terms.keys()],
    async planOf(consumer) {
      const { terms, consumers } = agreements();
      const settled = consumers.get(consumer) ?? (await keyPlan(consumer));
      return settled ?? (terms.size > 0 ? await store.lastPlan({ consumer }) : null);
    },
    waitingBytes: billingLog.waitingBytes,
    lost: billingLog.lost,
  };
}
