import { table } from './table.ts';

/** What is asked of the admin to show an invoice. */
export const invoiceFields = `consumer month state
  lines { kind plan quantity price { amount per text } money { amount text currency } } totals { amount text currency }`;

export interface ShownInvoice {
  readonly consumer: string;
  readonly month: string;
  readonly state: 'OPEN' | 'FINAL';
  readonly lines: readonly ShownLine[];
  readonly totals: readonly ShownMoney[];
  readonly operations?: readonly {
    readonly plan: string;
    readonly operation: string;
    readonly operations: number;
    readonly units: string;
  }[];
}

interface ShownLine {
  readonly kind: 'FEE' | 'INCLUDED' | 'EXCESS';
  readonly plan: string;
  readonly quantity: string;
  readonly price: { readonly text: string; readonly per: number } | null;
  readonly money: ShownMoney;
}

interface ShownMoney {
  readonly amount: string;
  readonly text: string;
  readonly currency: string | null;
}

/** Operations shown to people; all are in the JSON. */
const mostOperations = 20;

/** An invoice for people. */
export function invoiceText(invoice: ShownInvoice): string {
  const { consumer, month, state, lines, operations = [] } = invoice;
  const said = state === 'OPEN' ? 'so far' : 'final';
  const parts = [`Invoice of ${consumer} for ${month}, ${said}`, lineTable(lines), totalText(invoice)];
  if (operations.length > 0) {
    const shown = operations.slice(0, mostOperations);
    parts.push(
      table([
        ['OPERATION', 'PLAN', 'CALLS', 'COST'],
        ...shown.map((each) => [each.operation, each.plan, String(each.operations), each.units]),
      ]),
    );
    if (shown.length < operations.length) parts.push(`${operations.length - shown.length} more with --json.`);
  }
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The total of an invoice, as one line. */
export function totalText({ totals }: Pick<ShownInvoice, 'totals'>): string {
  return totals.length === 0 ? 'Nothing to pay.' : `Total ${totals.map(moneyCell).join(' + ')}`;
}

function lineTable(lines: readonly ShownLine[]): string {
  if (lines.length === 0) return '';
  return table([
    ['PLAN', 'LINE', 'AMOUNT'],
    ...lines.map((line) => [line.plan, lineText(line), moneyCell(line.money)]),
  ]);
}

function lineText({ kind, quantity, price, money }: ShownLine): string {
  if (kind === 'FEE') return 'monthly fee';
  if (!price) return `${quantity} units of cost, included`;
  const per = price.per === 1 ? 'each' : `for ${price.per}`;
  return `${quantity} units of cost beyond, ${moneyCell({ ...money, text: price.text })} ${per}`;
}

function moneyCell({ text, currency }: ShownMoney): string {
  return currency === null ? text : `${text} ${currency}`;
}
