import { useEffect, useMemo, useState } from 'preact/hooks';
import { ask } from '../data/ask.ts';
import { change, count, duration, percent, rate } from '../data/format.ts';
import { keep, route, to } from '../data/route.ts';
import { span } from '../data/span.ts';
import { evenly, type Series, type Totals, totalsFields } from '../data/totals.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Empty, Head } from '../design/parts.tsx';
import { SpanPicker } from '../design/spanPicker.tsx';
import { Sparkline } from '../design/sparkline.tsx';
import { type Column, Table } from '../design/table.tsx';
import { OperationView } from './operation.tsx';

export interface OperationRow {
  readonly operation: { readonly id: string; readonly kind: string } | null;
  readonly name: string;
  readonly now: Totals;
  readonly before: Totals;
}

const rowFields = `operation { id kind } name now { ${totalsFields} } before { calls errors p95Ms }`;
export const operationRowFields = rowFields;

const query = `query ($seconds: Int!, $first: Int!) {
  usage(lastSeconds: $seconds) { operations(first: $first) { count rows { ${rowFields} } } }
}`;

interface Answered {
  readonly usage: {
    readonly operations: { readonly count: number; readonly rows: readonly OperationRow[] };
  } | null;
}

export function OperationsView() {
  const [id] = route.value.parts;
  return id === undefined ? <AllOperations /> : <OperationView key={id} id={id} />;
}

function AllOperations() {
  const { seconds } = span.value;
  // The busiest are there at once, the rest to be searched a moment later: together, the store would let the few wait for the many.
  const busiest = useAsk<Answered>(query, { seconds, first: 50 });
  const all = useAsk<Answered>(busiest.data ? query : null, { seconds, first: 1000 }, 30_000);
  const asked = all.data ? all : busiest;
  const sought = route.value.search.get('search') ?? '';
  return (
    <>
      <Head title="Operations" about="What was asked; documents that ask the same are one operation.">
        <input
          type="search"
          aria-label="Search operations"
          placeholder="Search by name or id"
          value={sought}
          onInput={(event) => keep({ search: event.currentTarget.value || null })}
        />
        <SpanPicker />
      </Head>
      <Card flush>
        <Answer asked={asked} height={480}>
          {({ usage }) =>
            usage ? (
              <Operations rows={usage.operations.rows} sought={sought} />
            ) : (
              <Empty title="Usage is not recorded">Set analytics.enabled to see operations here.</Empty>
            )
          }
        </Answer>
      </Card>
    </>
  );
}

function Operations({ rows, sought }: { readonly rows: readonly OperationRow[]; readonly sought: string }) {
  const found = useMemo(() => {
    const wanted = sought.toLowerCase();
    return rows.filter(
      ({ name, operation }) => name.toLowerCase().includes(wanted) || operation?.id.startsWith(wanted),
    );
  }, [rows, sought]);
  if (rows.length === 0)
    return (
      <Empty title={`Nothing was asked in the last ${span.value.label}`}>
        Send an operation to the gateway, or look further back.
      </Empty>
    );
  return <OperationTable rows={found} isSparked />;
}

export function OperationTable({
  rows,
  isSparked = false,
}: {
  readonly rows: readonly OperationRow[];
  readonly isSparked?: boolean;
}) {
  const [shown, setShown] = useState<readonly string[]>([]);
  const sparks = useSparks(isSparked ? shown : []);
  const { seconds } = span.value;
  const columns = useMemo(() => columnsOf(sparks, isSparked, seconds), [sparks, isSparked, seconds]);
  return (
    <Table
      label="Operations"
      rows={rows}
      columns={columns}
      keyOf={({ operation, name }) => operation?.id ?? name}
      sortedBy="calls"
      empty={<Empty title="No operation fits">Search for something else.</Empty>}
      onShown={(each) => {
        if (!isSparked) return;
        const ids = each.flatMap(({ operation }) => (operation ? [operation.id] : []));
        if (ids.join() !== shown.join()) queueMicrotask(() => setShown(ids));
      }}
    />
  );
}

function columnsOf(
  sparks: ReadonlyMap<string, readonly number[]>,
  isSparked: boolean,
  seconds: number,
): readonly Column<OperationRow>[] {
  const spark: Column<OperationRow> = {
    id: 'spark',
    label: 'Over time',
    cell: ({ operation }) => <Sparkline values={sparks.get(operation?.id ?? '') ?? []} />,
  };
  return [
    {
      id: 'name',
      label: 'Operation',
      isWide: true,
      worth: ({ name }) => name,
      cell: ({ name, operation }) => <OperationName name={name} operation={operation} />,
    },
    ...(isSparked ? [spark] : []),
    {
      id: 'calls',
      label: 'Requests',
      isNumber: true,
      worth: ({ now }) => now.calls,
      cell: ({ now }) => <span title={`${rate(now.calls / seconds)} a second`}>{count(now.calls)}</span>,
    },
    {
      id: 'change',
      label: 'Change',
      isNumber: true,
      worth: ({ now, before }) => (before.calls === 0 ? null : now.calls / before.calls),
      cell: ({ now, before }) => <span class="muted">{change(now.calls, before.calls) || 'new'}</span>,
    },
    {
      id: 'errors',
      label: 'Errors',
      isNumber: true,
      worth: ({ now }) => (now.calls === 0 ? null : now.errors / now.calls),
      cell: ({ now }) => (
        <span class={now.errors > 0 ? 'bad' : 'muted'}>{percent(now.errors, now.calls)}</span>
      ),
    },
    ...(['p50Ms', 'p95Ms', 'p99Ms'] as const).map(
      (part): Column<OperationRow> => ({
        id: part,
        label: part.slice(0, 3),
        isNumber: true,
        worth: ({ now }) => now[part],
        cell: ({ now }) => duration(now[part]),
      }),
    ),
    {
      id: 'cost',
      label: 'Cost each',
      isNumber: true,
      worth: ({ now }) => (now.calls === 0 ? null : now.costMeasured / now.calls),
      cell: ({ now }) => (now.calls === 0 ? '–' : rate(now.costMeasured / now.calls)),
    },
  ];
}

function OperationName({ name, operation }: Pick<OperationRow, 'name' | 'operation'>) {
  const shown = name.length > 120 ? `${name.slice(0, 120)}…` : name;
  if (!operation)
    return (
      <span class="name muted">
        {name === '(unknown)' ? 'refused before it was known' : 'not told apart'}
      </span>
    );
  return (
    <a class="name" href={to(['operations', operation.id])}>
      {name === operation.id ? <span class="mono">{shown.slice(0, 12)}</span> : shown}
      {operation.kind !== 'query' && <span class="muted"> {operation.kind}</span>}
    </a>
  );
}

/** The lines of those in sight, asked for together. */
function useSparks(ids: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const [sparks, setSparks] = useState<ReadonlyMap<string, readonly number[]>>(new Map());
  const { seconds } = span.value;
  const wanted = ids.join();
  useEffect(() => {
    if (wanted === '') return;
    let isWanted = true;
    const each = wanted
      .split(',')
      .map(
        (id, at) =>
          `o${at}: operation(id: "${id}") { series { stepSeconds points { at totals { calls } } } }`,
      );
    void ask<{ usage: Record<string, { series: Series } | null> | null }>(
      `query ($seconds: Int!) { usage(lastSeconds: $seconds) { ${each.join(' ')} } }`,
      { seconds },
    ).then(
      ({ usage }) => {
        if (!isWanted || !usage) return;
        const lines = wanted.split(',').map((id, at) => {
          const series = usage[`o${at}`]?.series;
          const values = series ? evenly(series, seconds, ({ calls }) => calls).values : [];
          return [id, values.map((value) => value ?? 0)] as const;
        });
        setSparks(new Map(lines));
      },
      () => undefined, // The table says what is wrong; lines are an extra.
    );
    return () => {
      isWanted = false;
    };
  }, [wanted, seconds]);
  return sparks;
}
