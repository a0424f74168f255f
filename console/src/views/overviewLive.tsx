import { useMemo } from 'preact/hooks';
import { count, durationParts, percent, quantiles, rate } from '../data/format.ts';
import { type LiveSecond, liveState, seconds } from '../data/live.ts';
import type { Mark } from '../design/chart.tsx';
import { Card, Note, Tile } from '../design/parts.tsx';
import { type MapNode, SupergraphMap } from './supergraphMap.tsx';
import { Charts } from './usageCharts.tsx';

export function Live({ marks }: { readonly marks: readonly Mark[] }) {
  const all = seconds.value;
  const shown = all.slice(-10);
  const sum = (read: (second: LiveSecond) => number): number =>
    shown.reduce((total, each) => total + read(each), 0);
  const requests = sum((each) => each.requests);
  const hits = sum((each) => each.cacheHits);
  const length = Math.max(shown.length, 1);
  const last = shown.findLast((each) => each.p95Ms !== null);
  const [p95, unit] = durationParts(last?.p95Ms ?? null);
  return (
    <>
      {liveState.value === 'lost' && (
        <Note tone="warn">The gateway was not reached; trying again every two seconds.</Note>
      )}
      <dl class="tiles">
        <Tile label="Requests" value={rate(requests / length)} unit="/s" note="mean of 10 s" />
        <Tile
          label="Errors"
          value={percent(
            sum((each) => each.errors),
            requests,
          )}
          note={`${count(sum((each) => each.errors))} of ${count(requests)}`}
        />
        <Tile label="p95" value={p95} unit={unit} note={quantiles(last ?? { p50Ms: null, p99Ms: null })} />
        <Tile label="Cost" value={rate(sum((each) => each.cost) / length)} unit="/s" note="units of @cost" />
        <Tile
          label="Cache hits"
          value={percent(hits, hits + sum((each) => each.cacheMisses))}
          note={`${count(hits)} from the cache`}
        />
        <Tile label="Shed" value={count(sum((each) => each.sheds))} note="refused for overload" />
      </dl>
      <LiveCharts all={all} marks={marks} />
      <Card title="The supergraph now">
        <SupergraphMap nodes={liveNodes(shown)} requests={requests / length} />
      </Card>
    </>
  );
}

const liveSpanSeconds = 120;

function LiveCharts({
  all,
  marks,
}: {
  readonly all: readonly LiveSecond[];
  readonly marks: readonly Mark[];
}) {
  const { times, of } = useMemo(() => {
    const end =
      all.length > 0 ? Math.round(Date.parse(all.at(-1)?.at ?? '') / 1000) : Math.round(Date.now() / 1000);
    const known = new Map(all.map((each) => [Math.round(Date.parse(each.at) / 1000), each]));
    const ticks = Array.from({ length: liveSpanSeconds + 1 }, (_, at) => end - liveSpanSeconds + at);
    const valuesOf = (read: (second: LiveSecond) => number | null) =>
      ticks.map((tick) => {
        const second = known.get(tick) ?? known.get(tick - 1);
        return second ? read(second) : null;
      });
    return { times: ticks, of: valuesOf };
  }, [all]);
  return (
    <Charts
      times={times}
      unit="/s"
      requests={of((each) => each.requests)}
      errors={of((each) => each.errors)}
      latency={[of((each) => each.p50Ms), of((each) => each.p95Ms), of((each) => each.p99Ms)]}
      marks={marks}
    />
  );
}

function liveNodes(shown: readonly LiveSecond[]): readonly MapNode[] {
  const last = shown.at(-1);
  return (last?.subgraphs ?? []).map(({ name, breaker, inFlight }) => {
    const own = shown.flatMap(({ subgraphs }) => subgraphs.filter((each) => each.name === name));
    const calls = own.reduce((sum, each) => sum + each.calls, 0);
    const errors = own.reduce((sum, each) => sum + each.errors, 0);
    const p95Ms = own.findLast((each) => each.p95Ms !== null)?.p95Ms ?? null;
    return { name, rate: calls / shown.length, errors, calls, p95Ms, breaker: breaker ?? 'closed', inFlight };
  });
}
