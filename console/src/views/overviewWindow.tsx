import { change, count, rate } from '../data/format.ts';
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
import type { Mark } from '../design/chart.tsx';
import { Answer, Card, Empty, Tile } from '../design/parts.tsx';
import { type MapNode, SupergraphMap } from './supergraphMap.tsx';
import { SeriesCharts } from './usageCharts.tsx';
import { CacheTile, ErrorsTile, LatencyTile, RetriesTile } from './usageTiles.tsx';

const usageQuery = `query ($seconds: Int!) {
  usage(lastSeconds: $seconds) {
    now { ${totalsFields} } before { ${totalsFields} } series { ${seriesFields} }
    subgraphs(first: 50) { ${namedFields} }
  }
  upstream { subgraph breaker inFlight }
}`;

interface Recorded {
  readonly usage: {
    readonly now: Totals;
    readonly before: Totals;
    readonly series: Series;
    readonly subgraphs: readonly Named[];
  } | null;
  readonly upstream: readonly {
    readonly subgraph: string;
    readonly breaker: string;
    readonly inFlight: number;
  }[];
}

export function Window({ marks }: { readonly marks: readonly Mark[] }) {
  const { seconds: length } = span.value;
  const asked = useAsk<Recorded>(usageQuery, { seconds: length }, 15_000);
  return (
    <Answer asked={asked} height={520}>
      {({ usage, upstream }) =>
        usage ? (
          <>
            <WindowTiles now={usage.now} before={usage.before} length={length} />
            <SeriesCharts series={usage.series} length={length} marks={marks} />
            <Card title={`The supergraph, last ${span.value.label}`}>
              <SupergraphMap
                nodes={recordedNodes({ usage, upstream }, length)}
                requests={usage.now.calls / length}
              />
            </Card>
          </>
        ) : (
          <Empty title="Usage is not recorded">Set analytics.enabled to look back; Live works without.</Empty>
        )
      }
    </Answer>
  );
}

function WindowTiles({
  now,
  before,
  length,
}: {
  readonly now: Totals;
  readonly before: Totals;
  readonly length: number;
}) {
  const versus = (text: string): string => (text === '' ? 'nothing before' : `${text} on before`);
  return (
    <dl class="tiles">
      <Tile
        label="Requests"
        value={count(now.calls)}
        note={`${versus(change(now.calls, before.calls))} · ${count(now.gone)} gone`}
      />
      <ErrorsTile now={now} />
      <LatencyTile now={now} />
      <Tile
        label="Cost"
        value={rate(now.costMeasured / length)}
        unit="/s"
        note={versus(change(now.costMeasured, before.costMeasured))}
      />
      <CacheTile now={now} />
      <RetriesTile now={now} />
    </dl>
  );
}

export const breakers: Readonly<Record<string, MapNode['breaker']>> = {
  CLOSED: 'closed',
  OPEN: 'open',
  HALF_OPEN: 'halfOpen',
  RAMP: 'ramp',
};

function recordedNodes({ usage, upstream }: Recorded, length: number): readonly MapNode[] {
  const counted = new Map((usage?.subgraphs ?? []).map((each) => [each.name ?? '', each.now]));
  const states = new Map(upstream.map((each) => [each.subgraph, each]));
  return [...new Set([...states.keys(), ...counted.keys()])].sort().map((name) => {
    const now = counted.get(name);
    const state = states.get(name);
    return {
      name,
      rate: (now?.calls ?? 0) / length,
      calls: now?.calls ?? 0,
      errors: now?.errors ?? 0,
      p95Ms: now?.p95Ms ?? null,
      breaker: breakers[state?.breaker ?? ''] ?? 'closed',
      inFlight: state?.inFlight ?? 0,
    };
  });
}
