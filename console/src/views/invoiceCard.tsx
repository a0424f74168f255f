import { useState } from 'preact/hooks';
import { ask } from '../data/ask.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Chip, Empty } from '../design/parts.tsx';

interface Invoice {
  readonly state: 'OPEN' | 'FINAL';
  readonly lines: readonly {
    readonly kind: string;
    readonly plan: string;
    readonly quantity: string;
    readonly money: Money;
  }[];
  readonly totals: readonly Money[];
}

interface Money {
  readonly text: string;
  readonly currency: string | null;
}

const query = `query ($consumer: String!, $month: String!) { invoice(consumer: $consumer, month: $month) {
  state lines { kind plan quantity money { text currency } } totals { text currency }
} }`;

const kinds: Readonly<Record<string, string>> = { FEE: 'fee', INCLUDED: 'included', EXCESS: 'beyond it' };

export function InvoiceCard({ consumer }: { readonly consumer: string }) {
  const [month, setMonth] = useState(new Date().toISOString().slice(0, 7));
  const asked = useAsk<{ invoice: Invoice | null }>(query, { consumer, month }, 10_000);
  const invoice = asked.data?.invoice ?? null;
  return (
    <Card
      title="Invoice"
      aside={
        <>
          {invoice && (
            <Chip tone={invoice.state === 'FINAL' ? 'good' : ''}>
              {invoice.state === 'FINAL' ? 'final' : 'open'}
            </Chip>
          )}
          <input
            type="month"
            aria-label="Month"
            value={month}
            onInput={(event) => event.currentTarget.value && setMonth(event.currentTarget.value)}
          />
          <button
            type="button"
            class="button"
            disabled={!invoice}
            onClick={() => void download(consumer, month)}
          >
            Download CSV
          </button>
        </>
      }
      flush
    >
      <Answer asked={asked} height={120}>
        {() =>
          invoice ? (
            <Lines invoice={invoice} />
          ) : (
            <Empty title="On no plan in this month">
              Plans and prices stand under billing in supergraph.yaml.
            </Empty>
          )
        }
      </Answer>
    </Card>
  );
}

function Lines({ invoice: { lines, totals } }: { readonly invoice: Invoice }) {
  return (
    <table aria-label="Invoice">
      <thead>
        <tr>
          <th>Plan</th>
          <th>What</th>
          <th class="number">Units</th>
          <th class="number">Amount</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ kind, plan, quantity, money }, index) => (
          <tr key={index}>
            <td>{plan}</td>
            <td>{kinds[kind] ?? kind}</td>
            <td class="number">{quantity}</td>
            <td class="number">{written(money)}</td>
          </tr>
        ))}
        {totals.map((total, index) => (
          <tr key={`total ${index}`}>
            <td>
              <strong>Total</strong>
            </td>
            <td />
            <td />
            <td class="number">
              <strong>{written(total)}</strong>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function written({ text, currency }: Money): string {
  return `${text} ${currency ?? ''}`.trim();
}

async function download(consumer: string, month: string): Promise<void> {
  const asked =
    'query ($consumer: String!, $month: String!) { invoice(consumer: $consumer, month: $month) { csv } }';
  const { invoice } = await ask<{ invoice: { csv: string } | null }>(asked, { consumer, month });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([invoice?.csv ?? ''], { type: 'text/csv' }));
  link.download = `invoice-${consumer.replace(/[^\w.-]+/g, '_').slice(0, 80)}-${month}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // Its download begins a little later.
}
