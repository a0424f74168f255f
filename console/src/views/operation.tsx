import { count, rate, shortAt } from '../data/format.ts';
import { to } from '../data/route.ts';
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
import { Histogram } from '../design/histogram.tsx';
import { Answer, Card, Code, Empty, Head, Tile } from '../design/parts.tsx';
import { SpanPicker } from '../design/spanPicker.tsx';
import { type Column, Table } from '../design/table.tsx';
import { useMarks } from './changes.tsx';
import { NamedTable } from './namedTable.tsx';
import { Errors, type RecordedError } from './operationErrors.tsx';
import { PlanCard } from './planPicture.tsx';
import { SeriesCharts } from './usageCharts.tsx';
import { CacheTile, ErrorsTile, LatencyTile } from './usageTiles.tsx';

interface OperationUsage {
  readonly operation: {
    readonly id: string;
    readonly name: string | null;
    readonly kind: string;
    readonly text: string;
    readonly firstSeen: string;
    readonly lastSeen: string;
  };
  readonly now: Totals;
  readonly series: Series;
  readonly clients: readonly Named[];
  readonly consumers: readonly Named[];
  readonly subgraphs: readonly Named[];
  readonly codes: readonly { readonly name: string; readonly calls: number }[];
  readonly errors: readonly RecordedError[];
  readonly fields: readonly { readonly coordinate: string; readonly lastSeen: string }[];
}

const query = `query ($id: String!, $seconds: Int!) {
  usage(lastSeconds: $seconds) { operation(id: $id) {
    operation { id name kind text firstSeen lastSeen }
    now { ${totalsFields} } series { ${seriesFields} }
    clients { version ${namedFields} } consumers { ${namedFields} } subgraphs { ${namedFields} }
    codes { name calls }
    errors(first: 20) { at requestId status codes subgraphs client version }
    fields { coordinate lastSeen }
  } }
}`;

export function OperationView({ id }: { readonly id: string }) {
  const { seconds } = span.value;
  const asked = useAsk<{ usage: { operation: OperationUsage | null } | null }>(
    query,
    { id, seconds },
    30_000,
  );
  const usage = asked.data?.usage?.operation;
  return (
    <>
      <Head
        title={usage?.operation.name ?? id.slice(0, 12)}
        crumb={<a href={to(['operations'])}>Operations</a>}
        about={
          usage && (
            <>
              <span class="mono">{usage.operation.id.slice(0, 16)}</span> · {usage.operation.kind} · first
              seen {shortAt(usage.operation.firstSeen)}, last {shortAt(usage.operation.lastSeen)}
            </>
          )
        }
      >
        <SpanPicker />
      </Head>
      <Answer asked={asked} height={480}>
        {(data) =>
          data.usage?.operation ? (
            <Operation usage={data.usage.operation} seconds={seconds} />
          ) : (
            <Empty title="Nobody asked this operation">
              <a href={to(['operations'])}>See those that were asked</a>
            </Empty>
          )
        }
      </Answer>
    </>
  );
}

function Operation({ usage, seconds }: { readonly usage: OperationUsage; readonly seconds: number }) {
  const { now, series, operation } = usage;
  const marks = useMarks();
  return (
    <>
      <dl class="tiles">
        <Tile label="Requests" value={count(now.calls)} note={`${rate(now.calls / seconds)} a second`} />
        <ErrorsTile now={now} />
        <LatencyTile now={now} />
        <Tile
          label="Cost each"
          value={now.calls === 0 ? '–' : rate(now.costMeasured / now.calls)}
          note="units of @cost"
        />
        <Tile
          label="Calls each"
          value={now.calls === 0 ? '–' : rate(now.subgraphCalls / now.calls)}
          note={`${count(now.retries)} tried again · ${count(now.replaced)} replaced`}
        />
        <CacheTile now={now} />
      </dl>
      <SeriesCharts series={series} length={seconds} marks={marks} />
      <div class="grid two">
        <Card title="How long requests took">
          {now.calls > 0 ? (
            <Histogram latencies={series.latencies} />
          ) : (
            <Empty title="No request in this time" />
          )}
        </Card>
        <Card title="Errors by code" flush>
          <Errors codes={usage.codes} errors={usage.errors} />
        </Card>
      </div>
      <PlanCard id={operation.id} seconds={seconds} />
      <Users usage={usage} />
    </>
  );
}

/** Who asks it, what it takes, what it says. */
function Users({ usage }: { readonly usage: OperationUsage }) {
  return (
    <div class="grid two">
      <div class="stack">
        <Card title="Clients" flush>
          <NamedTable label="Clients" rows={usage.clients} view="clients" none="unnamed" />
        </Card>
        <Card title="Consumers" flush>
          <NamedTable
            label="Consumers"
            rows={usage.consumers}
            view="clients"
            part="consumers"
            none="anonymous"
          />
        </Card>
        <Card title="Calls to subgraphs" flush>
          <NamedTable label="Calls to subgraphs" rows={usage.subgraphs} view="subgraphs" none="–" />
        </Card>
      </div>
      <div class="stack">
        <Card title="Fields it uses" flush>
          <Table
            label="Fields"
            rows={usage.fields}
            columns={fieldColumns}
            keyOf={({ coordinate }) => coordinate}
            sortedBy="coordinate"
            perPage={15}
            empty={<Empty title="No fields are known of it" />}
          />
        </Card>
        <Card title="Its text, without literals">
          <Code label="The operation" text={usage.operation.text} />
        </Card>
      </div>
    </div>
  );
}

const fieldColumns: readonly Column<{ readonly coordinate: string; readonly lastSeen: string }>[] = [
  {
    id: 'coordinate',
    label: 'Field',
    worth: ({ coordinate }) => coordinate,
    cell: ({ coordinate }) => (
      <a class="mono" href={to(['schema', 'types', coordinate.split('.')[0] ?? ''])}>
        {coordinate}
      </a>
    ),
  },
  {
    id: 'lastSeen',
    label: 'Last used',
    isNumber: true,
    worth: ({ lastSeen }) => Date.parse(lastSeen),
    cell: ({ lastSeen }) => <span class="muted">{shortAt(lastSeen)}</span>,
  },
];
