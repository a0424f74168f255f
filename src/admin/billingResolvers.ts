import {
  type Invoice,
  type Invoices,
  invoiceCsv,
  type KeptTerms,
  type Money,
  moneyText,
} from '../billing/billing.ts';
import { isoTime } from './isoTime.ts';

interface InvoiceArguments {
  readonly consumer: string;
  readonly month?: string | null;
}

/** The root fields about billing. */
export function createBillingResolvers(invoices: Invoices) {
  return {
    async invoice({ consumer, month }: InvoiceArguments) {
      const invoice = await invoices.invoice({ consumer, month: month ?? undefined });
      return invoice && shownInvoice(invoice);
    },
    billing: () => ({
      plans: async () => (await invoices.plans()).map(shownPlan),
      waitingBytes: invoices.waitingBytes,
      lost: invoices.lost,
    }),
  };
}

export function shownInvoice(invoice: Invoice) {
  const { consumer, month, state, lines, totals, operations } = invoice;
  return {
    ...{ consumer, month },
    state: state.toUpperCase(),
    lines: lines.map((line) => ({
      kind: line.kind.toUpperCase(),
      plan: line.plan,
      quantity: String(line.quantity),
      price: shownPrice(line.price, line.exponent),
      money: shownMoney(line),
    })),
    totals: totals.map(shownMoney),
    operations: ({ first }: { first: number }) =>
      operations
        .slice(0, Math.max(0, first))
        .map(({ units, ...each }) => ({ ...each, units: String(units) })),
    csv: () => invoiceCsv(invoice),
  };
}

function shownMoney({ amount, currency, exponent }: Money) {
  return { amount: String(amount), text: moneyText(amount, exponent), currency };
}

function shownPlan({
  id,
  plan,
  fee,
  included,
  price,
  currency,
  exponent,
  firstMs,
  isInForce,
}: KeptTerms & { isInForce: boolean }) {
  return {
    ...{ id, included },
    price: shownPrice(price, exponent),
    name: plan,
    inForce: isInForce,
    since: isoTime(firstMs),
    fee: shownMoney({ amount: BigInt(fee), currency, exponent }),
  };
}

function shownPrice(price: KeptTerms['price'], exponent: number) {
  return price && { ...price, text: moneyText(BigInt(price.amount), exponent) };
}
