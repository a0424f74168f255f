import type { Invoice } from './invoice.ts';
import { moneyText } from './moneyText.ts';

const columns = [
  'consumer',
  'month',
  'state',
  'line',
  'plan',
  'quantity',
  'price_minor',
  'price_per',
  'amount_minor',
  'amount',
  'currency',
];

/** An invoice as CSV (RFC 4180): a row a line, then one a total; `amount_minor` is what counts, `amount` is for people. */
export function invoiceCsv({ consumer, month, state, lines, totals }: Invoice): string {
  const about = [consumer, month, state];
  const rows = [
    columns,
    ...lines.map(({ kind, plan, quantity, price, amount, currency, exponent }) => [
      ...about,
      ...[kind, plan, String(quantity), price ? String(price.amount) : '', price ? String(price.per) : ''],
      ...[String(amount), moneyText(amount, exponent), currency ?? ''],
    ]),
    ...totals.map(({ amount, currency, exponent }) => [
      ...about,
      ...['total', '', '', '', '', String(amount), moneyText(amount, exponent), currency ?? ''],
    ]),
  ];
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** Names come from tokens: in a spreadsheet none of them may be a formula. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
