import type { Signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { ask } from '../data/ask.ts';
import { at, clipped, count, shortAt } from '../data/format.ts';
import { go, to } from '../data/route.ts';
import { span } from '../data/span.ts';
import { type Series, seriesFields, type Totals, totalsFields } from '../data/totals.ts';
import { useAsk } from '../data/useAsk.ts';
import { Dialog } from '../design/dialog.tsx';
import { Allowed, Answer, Card, Empty, Head, Meter, Note, Status } from '../design/parts.tsx';
import { SpanPicker } from '../design/spanPicker.tsx';
import { type Column, Table } from '../design/table.tsx';
import { InvoiceCard } from './invoiceCard.tsx';
import { type OperationRow, OperationTable, operationRowFields } from './operations.tsx';
import { SeriesCharts } from './overview.tsx';
import { UsageTiles } from './usageTiles.tsx';

interface Key {
  readonly id: string;
  readonly state: 'ACTIVE' | 'EXPIRED' | 'REVOKED';
  readonly author: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

interface Known {
  readonly name: string;
  readonly plan: string | null;
  readonly scopes: readonly string[];
  readonly suspended: boolean;
  readonly keys: readonly Key[];
}

interface Quota {
  readonly unit: string;
  readonly per: string;
  readonly max: number;
  readonly used: number;
  readonly endsAt: string;
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

/** A key as it is told, once. */
export interface NewKey {
  readonly text: string;
  readonly consumer: string;
}

const query = `query ($name: String!, $seconds: Int!) {
  consumers(name: $name) { name plan scopes suspended keys { id state author createdAt expiresAt } }
  usage(lastSeconds: $seconds) { consumer(name: $name) {
    now { ${totalsFields} } series { ${seriesFields} } operations(first: 200) { ${operationRowFields} }
    quotas { unit per max used endsAt }
  } }
}`;

/** Null for the one that is to be made. */
type Asking = 'key' | 'suspend' | 'resume' | { readonly revoke: string } | null;

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

function Consumer({ name, known, usage, setAsking }: ConsumerProps) {
  const { seconds } = span.value;
  return (
    <>
      {usage && <UsageTiles now={usage.now} seconds={seconds} />}
      {usage && <SeriesCharts series={usage.series} length={seconds} />}
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

interface DialogsProps {
  readonly name: string;
  readonly asking: Asking;
  readonly close: () => void;
  readonly done: (key?: NewKey) => Promise<void>;
}

function Dialogs({ name, asking, close, done }: DialogsProps) {
  if (asking === null) return null;
  if (asking === 'key') return <CreateKey name={name} close={close} done={done} />;
  if (typeof asking === 'object')
    return (
      <Dialog
        title="Revoke this key?"
        action="Revoke"
        isDangerous
        close={close}
        act={async () => {
          await ask(
            'mutation ($consumer: String!, $id: ID) { revokeKeys(consumer: $consumer, id: $id) { name } }',
            { consumer: name, id: asking.revoke },
          );
          await done();
        }}
      >
        <p class="small">
          It is refused at once and for good. To rotate, create the next one first: two may be live.
        </p>
      </Dialog>
    );
  const field = asking === 'suspend' ? 'suspendConsumer' : 'resumeConsumer';
  return (
    <Dialog
      title={asking === 'suspend' ? `Suspend ${clipped(name, 60)}?` : `Resume ${clipped(name, 60)}?`}
      action={asking === 'suspend' ? 'Suspend' : 'Resume'}
      isDangerous={asking === 'suspend'}
      close={close}
      act={async () => {
        await ask(`mutation ($name: String!) { ${field}(name: $name) { name } }`, { name });
        await done();
      }}
    >
      <p class="small">
        {asking === 'suspend'
          ? 'All its keys are refused until it is resumed.'
          : 'Its keys are let in again, those that were not revoked.'}
      </p>
    </Dialog>
  );
}

function CreateKey({ name, close, done }: Pick<DialogsProps, 'name' | 'close' | 'done'>) {
  const [asked, setAsked] = useState({ consumer: name, plan: '', days: '' });
  return (
    <Dialog
      title="Create a key"
      action="Create"
      close={close}
      act={async () => {
        const creating = `mutation ($consumer: String!, $plan: String, $lifetimeSeconds: Int) {
          createKey(consumer: $consumer, plan: $plan, lifetimeSeconds: $lifetimeSeconds) { key consumer { name } }
        }`;
        const { createKey } = await ask<{ createKey: { key: string; consumer: { name: string } } }>(
          creating,
          {
            consumer: asked.consumer,
            plan: asked.plan === '' ? null : asked.plan,
            lifetimeSeconds: asked.days === '' ? null : Math.round(Number(asked.days) * 86_400),
          },
        );
        await done({ text: createKey.key, consumer: createKey.consumer.name });
      }}
    >
      <label class="field">
        Consumer
        <input
          required
          readOnly={name !== ''}
          value={asked.consumer}
          onInput={(event) => setAsked({ ...asked, consumer: event.currentTarget.value })}
        />
      </label>
      <div class="grid two">
        <label class="field">
          Plan
          <input
            placeholder="as it is"
            value={asked.plan}
            onInput={(event) => setAsked({ ...asked, plan: event.currentTarget.value })}
          />
        </label>
        <label class="field">
          Ends after days
          <input
            type="number"
            min="1"
            placeholder="never"
            value={asked.days}
            onInput={(event) => setAsked({ ...asked, days: event.currentTarget.value })}
          />
        </label>
      </div>
    </Dialog>
  );
}

function CreatedKey({ text, done }: { readonly text: string; readonly done: () => void }) {
  return (
    <Note tone="good">
      <strong>The new key. It is shown this once and cannot be told again:</strong>
      <div class="row" style={{ marginTop: '8px' }}>
        <code class="code grow" data-testid="created-key">
          {text}
        </code>
        <button type="button" class="button" onClick={() => void navigator.clipboard.writeText(text)}>
          Copy
        </button>
        <button type="button" class="button plain" onClick={done}>
          I have it
        </button>
      </div>
    </Note>
  );
}

function Keys({ keys, revoke }: { readonly keys: readonly Key[]; readonly revoke: (id: string) => void }) {
  const columns: readonly Column<Key>[] = [
    { id: 'id', label: 'Key', isOnce: true, cell: ({ id }) => <span class="mono">{clipped(id, 24)}</span> },
    {
      id: 'state',
      label: 'State',
      cell: ({ state }) => (
        <Status tone={state === 'ACTIVE' ? 'good' : 'quiet'}>{state.toLowerCase()}</Status>
      ),
    },
    {
      id: 'created',
      label: 'Created',
      isOnce: true,
      cell: ({ createdAt, author }) => (
        <span title={`${at(createdAt)} by ${clipped(author, 100)}`}>{shortAt(createdAt)}</span>
      ),
    },
    {
      id: 'expires',
      label: 'Ends',
      cell: ({ expiresAt }) => (expiresAt === null ? <span class="muted">never</span> : shortAt(expiresAt)),
    },
    {
      id: 'revoke',
      label: '',
      isNumber: true,
      cell: ({ id, state }) =>
        state === 'ACTIVE' && (
          <Allowed needs="operator">
            <button type="button" class="button danger" onClick={() => revoke(id)}>
              Revoke
            </button>
          </Allowed>
        ),
    },
  ];
  return (
    <Table
      label="Keys"
      rows={keys}
      columns={columns}
      keyOf={({ id }) => id}
      perPage={10}
      empty={<Empty title="It has no key">It may come with tokens, or needs a first key.</Empty>}
    />
  );
}

function Quotas({ quotas }: { readonly quotas: readonly Quota[] }) {
  return (
    <Card title="Quotas">
      {quotas.length === 0 ? (
        <p class="muted small">No quota holds for it (limits.quotas).</p>
      ) : (
        <div class="stack">
          {quotas.map(({ unit, per, max, used, endsAt }) => (
            <div key={`${unit} ${per}`} class="small">
              <div class="row tight">
                <span class="grow">
                  {unit} a {per}
                </span>
                <span class="number">
                  {count(used)} of {count(max)}
                </span>
              </div>
              <Meter part={max === 0 ? 1 : used / max} tone={used >= max ? 'bad' : ''} />
              <span class="muted tiny">begins anew {at(endsAt)}</span>
            </div>
          ))}
        </div>
      )}
    </Card>
  );
}
