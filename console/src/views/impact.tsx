import { clipped, count } from '../data/format.ts';
import { to } from '../data/route.ts';
import { span } from '../data/span.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Empty, Status, type Tone } from '../design/parts.tsx';
import { type Column, Table } from '../design/table.tsx';

interface Affected {
  readonly id: string;
  readonly name: string | null;
  readonly calls: number;
  readonly ending: 'UNAFFECTED' | 'PARTIAL' | 'LOST' | 'UNKNOWN';
  readonly nulls: readonly string[];
}

interface Answered {
  readonly subgraphImpact: { readonly operations: readonly Affected[] } | null;
}

const query = `query ($name: String!, $seconds: Int!) {
  subgraphImpact(name: $name, lastSeconds: $seconds, first: 50) { operations { id name calls ending nulls } }
}`;

const endings: Readonly<Record<Affected['ending'], readonly [Tone, string]>> = {
  LOST: ['bad', 'no data'],
  PARTIAL: ['warn', 'in part'],
  UNKNOWN: ['quiet', 'not known'],
  UNAFFECTED: ['good', 'answered as before'],
};
const gravity = { LOST: 0, PARTIAL: 1, UNKNOWN: 2, UNAFFECTED: 3 } as const;

/** What clients lose with a subgraph, by the plans of what they asked lately. */
export function Impact({ name }: { readonly name: string }) {
  const asked = useAsk<Answered>(query, { name, seconds: span.value.seconds });
  return (
    <Card
      title="If it were lost"
      aside={<span class="muted small">what becomes of the 50 busiest operations</span>}
      flush
    >
      <Answer asked={asked} height={180}>
        {({ subgraphImpact }) => {
          const rows = [...(subgraphImpact?.operations ?? [])].sort(
            (one, other) => gravity[one.ending] - gravity[other.ending] || other.calls - one.calls,
          );
          return (
            <Table
              label="What would be lost"
              rows={rows}
              columns={columns}
              keyOf={({ id }) => id}
              perPage={10}
              empty={<Empty title={`Nothing was asked in the last ${span.value.label}`} />}
            />
          );
        }}
      </Answer>
    </Card>
  );
}

const columns: readonly Column<Affected>[] = [
  {
    id: 'operation',
    label: 'Operation',
    cell: ({ id, name }) => (
      <a class="name" href={to(['operations', id])}>
        {clipped(name ?? id.slice(0, 12))}
      </a>
    ),
  },
  {
    id: 'ending',
    label: 'Would be answered',
    cell: ({ ending }) => <Status tone={endings[ending][0]}>{endings[ending][1]}</Status>,
  },
  {
    id: 'nulls',
    label: 'Null then',
    isWide: true,
    cell: ({ nulls }) => (
      <span class="name mono muted">
        {nulls
          .map((path) => (path === '' ? 'everything' : path))
          .slice(0, 12)
          .join(', ')}
      </span>
    ),
  },
  { id: 'calls', label: 'Requests', isNumber: true, cell: ({ calls }) => count(calls) },
];
