import { useSignal } from '@preact/signals';
import { hasRole } from '../data/caller.ts';
import { clipped, count, percent, rate } from '../data/format.ts';
import { route, to } from '../data/route.ts';
import { span } from '../data/span.ts';
import {
  type Named,
  namedFields,
  type Series,
  seriesFields,
  type Totals,
  totalsFields,
} from '../data/totals.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Chip, Empty, Head, Status } from '../design/parts.tsx';
import { SpanPicker } from '../design/spanPicker.tsx';
import { type Column, Table } from '../design/table.tsx';
import { useMarks } from './changes.tsx';
import { ConsumerView } from './consumer.tsx';
import type { NewKey } from './consumerDialogs.tsx';
import { NamedTable } from './namedTable.tsx';
import { type OperationRow, OperationTable, operationRowFields } from './operations.tsx';
import { SeriesCharts } from './usageCharts.tsx';
import { UsageTiles } from './usageTiles.tsx';

export function ClientsView() {
  const [name, consumer] = route.value.parts;
  const created = useSignal<NewKey | null>(null);
  if (name === 'consumers' && consumer !== undefined)
    return <ConsumerView key={consumer} name={consumer} created={created} />;
  return name === undefined ? <All /> : <Client key={name} name={name} />;
}

interface Answered {
  readonly usage: { readonly clients: readonly Named[]; readonly consumers: readonly Named[] } | null;
  readonly consumers: readonly Consumer[];
}

interface Consumer {
  readonly name: string;
  readonly plan: string | null;
  readonly suspended: boolean;
  readonly keys: readonly { readonly state: string }[];
}

interface ConsumerRow extends Consumer {
  readonly now: Totals | undefined;
  readonly hasKeys: boolean;
}

const query = `query ($seconds: Int!) {
  usage(lastSeconds: $seconds) { clients(first: 1000) { version ${namedFields} } consumers(first: 1000) { ${namedFields} } }
  consumers { name plan suspended keys { state } }
}`;

function All() {
  const asked = useAsk<Answered>(query, { seconds: span.value.seconds }, 30_000);
  return (
    <>
      <Head
        title="Clients and consumers"
        about="Clients are programs that say who they are; consumers are who is billed."
      >
        {hasRole('operator') && (
          <a class="button" href={to(['clients', 'consumers', ''])}>
            New consumer
          </a>
        )}
        <SpanPicker />
      </Head>
      <Answer asked={asked} height={420}>
        {({ usage, consumers }) => (
          <div class="grid two">
            <Card title="Clients" flush>
              <NamedTable label="Clients" rows={usage?.clients ?? []} view="clients" none="unnamed" />
            </Card>
            <Card title="Consumers" flush>
              <Table
                label="Consumers"
                rows={rowsOf(consumers, usage?.consumers ?? [])}
                columns={consumerColumns}
                keyOf={({ name }) => name}
                sortedBy="calls"
                perPage={10}
                empty={
                  <Empty title="No consumer yet">
                    A key makes one: sluice keys create NAME, or New consumer.
                  </Empty>
                }
              />
            </Card>
          </div>
        )}
      </Answer>
    </>
  );
}

/** Those with keys, and those who come with tokens. */
function rowsOf(consumers: readonly Consumer[], used: readonly Named[]): readonly ConsumerRow[] {
  const counted = new Map(used.flatMap(({ name, now }) => (name === null ? [] : [[name, now] as const])));
  const withKeys = consumers.map((each) => ({ ...each, now: counted.get(each.name), hasKeys: true }));
  const others = [...counted]
    .filter(([name]) => !consumers.some((each) => each.name === name))
    .map(([name, now]) => ({ name, plan: null, suspended: false, keys: [], now, hasKeys: false }));
  return [...withKeys, ...others];
}

const consumerColumns: readonly Column<ConsumerRow>[] = [
  {
    id: 'name',
    label: 'Consumer',
    isWide: true,
    worth: ({ name }) => name,
    cell: ({ name }) => (
      <a class="name" href={to(['clients', 'consumers', name])}>
        {clipped(name)}
      </a>
    ),
  },
  {
    id: 'plan',
    label: 'Plan',
    worth: ({ plan }) => plan ?? '',
    cell: ({ plan }) => (plan === null ? <span class="muted">none</span> : <Chip>{plan}</Chip>),
  },
  {
    id: 'keys',
    label: 'Keys',
    isOnce: true,
    cell: ({ keys, suspended, hasKeys }) =>
      suspended ? (
        <Status tone="warn">suspended</Status>
      ) : (
        <span class="muted">
          {hasKeys ? `${keys.filter(({ state }) => state === 'ACTIVE').length} active` : 'tokens'}
        </span>
      ),
  },
  {
    id: 'calls',
    label: 'Requests',
    isNumber: true,
    worth: ({ now }) => now?.calls ?? 0,
    cell: ({ now }) => count(now?.calls ?? 0),
  },
  {
    id: 'errors',
    label: 'Errors',
    isNumber: true,
    cell: ({ now }) => (
      <span class={(now?.errors ?? 0) > 0 ? 'bad' : 'muted'}>
        {percent(now?.errors ?? 0, now?.calls ?? 0)}
      </span>
    ),
  },
  {
    id: 'cost',
    label: 'Cost',
    isNumber: true,
    worth: ({ now }) => now?.costMeasured ?? 0,
    cell: ({ now }) => rate(now?.costMeasured ?? 0),
  },
];

interface ClientUsage {
  readonly now: Totals;
  readonly series: Series;
  readonly versions: readonly Named[];
  readonly operations: readonly OperationRow[];
  readonly consumers: readonly Named[];
}

const clientQuery = `query ($name: String!, $seconds: Int!) { usage(lastSeconds: $seconds) { client(name: $name) {
  now { ${totalsFields} } series { ${seriesFields} } versions { version ${namedFields} }
  operations(first: 200) { ${operationRowFields} } consumers { ${namedFields} }
} } }`;

function Client({ name }: { readonly name: string }) {
  const { seconds } = span.value;
  const marks = useMarks();
  const asked = useAsk<{ usage: { client: ClientUsage | null } | null }>(
    clientQuery,
    { name, seconds },
    30_000,
  );
  return (
    <>
      <Head title={name} crumb={<a href={to(['clients'])}>Clients</a>}>
        <SpanPicker />
      </Head>
      <Answer asked={asked} height={420}>
        {({ usage }) =>
          usage?.client ? (
            <>
              <UsageTiles now={usage.client.now} seconds={seconds} />
              <SeriesCharts series={usage.client.series} length={seconds} marks={marks} />
              <Card title="What it asks" flush>
                <OperationTable rows={usage.client.operations} />
              </Card>
              <div class="grid two">
                <Card title="Versions" flush>
                  <NamedTable label="Versions" rows={usage.client.versions} view="clients" none="unnamed" />
                </Card>
                <Card title="For whom" flush>
                  <NamedTable
                    label="Consumers"
                    rows={usage.client.consumers}
                    view="clients"
                    part="consumers"
                    none="anonymous"
                  />
                </Card>
              </div>
            </>
          ) : (
            <Empty title={`It asked nothing in the last ${span.value.label}`}>Look further back.</Empty>
          )
        }
      </Answer>
    </>
  );
}
