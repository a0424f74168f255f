import type { Signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { go, to } from '../data/route.ts';
import { span } from '../data/span.ts';
import { type Series, seriesFields, type Totals, totalsFields } from '../data/totals.ts';
import { useAsk } from '../data/useAsk.ts';
import { Allowed, Answer, Card, Head, Note } from '../design/parts.tsx';
import { SpanPicker } from '../design/spanPicker.tsx';
import { useMarks } from './changes.tsx';
import { type Asking, CreatedKey, Dialogs, type NewKey } from './consumerDialogs.tsx';
import { InvoiceCard } from './invoiceCard.tsx';
import { type Key, Keys } from './keys.tsx';
import { type OperationRow, OperationTable, operationRowFields } from './operations.tsx';
import { type Quota, Quotas } from './quotas.tsx';
import { SeriesCharts } from './usageCharts.tsx';
import { UsageTiles } from './usageTiles.tsx';

interface Known {
  readonly name: string;
  readonly plan: string | null;
  readonly scopes: readonly string[];
  readonly suspended: boolean;
  readonly keys: readonly Key[];
}

interface ConsumerUsage {
  readonly now: Totals;
  readonly series: Series;
  readonly operations: readonly OperationRow[];
  readonly quotas: readonly Quota[] | null;
}

interface Answered {
  readonly consumers: readonly Known[];
  readonly usage: { readonly consumer: ConsumerUsage | null } | null;
}

const query = `query ($name: String!, $seconds: Int!) {
  consumers(name: $name) { name plan scopes suspended keys { id state author createdAt expiresAt } }
  usage(lastSeconds: $seconds) { consumer(name: $name) {
    now { ${totalsFields} } series { ${seriesFields} } operations(first: 200) { ${operationRowFields} }
    quotas { unit per max used endsAt }
  } }
}`;

export function ConsumerView({
  name,
  created,
}: {
  readonly name: string;
  /** The text of a key that was just made; outlives the page that made it. */
  readonly created: Signal<NewKey | null>;
}) {
  const { seconds } = span.value;
  const asked = useAsk<Answered>(query, { name, seconds }, 15_000);
  const [asking, setAsking] = useState<Asking>(name === '' ? 'key' : null);
  const known = asked.data?.consumers[0] ?? null;
  const close = (): void => setAsking(null);
  return (
    <>
      <Head
        title={name === '' ? 'A new consumer' : name}
        crumb={<a href={to(['clients'])}>Clients and consumers</a>}
        about={known && `plan: ${known.plan ?? 'none'}`}
      >
        {known && (
          <Allowed needs="operator">
            <button
              type="button"
              class="button"
              onClick={() => setAsking(known.suspended ? 'resume' : 'suspend')}
            >
              {known.suspended ? 'Resume' : 'Suspend'}
            </button>
          </Allowed>
        )}
        <SpanPicker />
      </Head>
      {created.value?.consumer === name && (
        <CreatedKey
          text={created.value.text}
          done={() => {
            created.value = null;
          }}
        />
      )}
      {known?.suspended && <Note tone="warn">All its keys are refused until it is resumed.</Note>}
      <Answer asked={asked} height={420}>
        {({ usage }) => (
          <Consumer name={name} known={known} usage={usage?.consumer ?? null} setAsking={setAsking} />
        )}
      </Answer>
      <Dialogs
        name={name}
        asking={asking}
        close={close}
        done={async (key) => {
          if (key) created.value = key;
          if (key && name === '') go(to(['clients', 'consumers', key.consumer]));
          await asked.refresh();
        }}
      />
    </>
  );
}

interface ConsumerProps {
  readonly name: string;
  readonly known: Known | null;
  readonly usage: ConsumerUsage | null;
  readonly setAsking: (asking: Asking) => void;
}

export function Consumer({ name, known, usage, setAsking }: ConsumerProps) {
  const { seconds } = span.value;
  const marks = useMarks();
  return (
    <>
      {usage && <UsageTiles now={usage.now} seconds={seconds} />}
      {usage && <SeriesCharts series={usage.series} length={seconds} marks={marks} />}
      <div class="grid two">
        <Card
          title="Keys"
          aside={
            <Allowed needs="operator">
              <button type="button" class="button" onClick={() => setAsking('key')}>
                Create a key
              </button>
            </Allowed>
          }
          flush
        >
          <Keys keys={known?.keys ?? []} revoke={(id) => setAsking({ revoke: id })} />
        </Card>
        <Quotas quotas={usage?.quotas ?? []} />
      </div>
      {name !== '' && <InvoiceCard consumer={name} />}
      {usage && (
        <Card title="What it asks" flush>
          <OperationTable rows={usage.operations} />
        </Card>
      )}
    </>
  );
}
