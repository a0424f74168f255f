import { useMemo } from 'preact/hooks';
import {
  at,
  change,
  count,
  duration,
  durationParts,
  percent,
  quantiles,
  rate,
  shortAt,
  timeOf,
} from '../data/format.ts';
import { type LiveSecond, liveState, seconds } from '../data/live.ts';
import { to } from '../data/route.ts';
import { isLive, span } from '../data/span.ts';
import {
  evenly,
  type Named,
  namedFields,
  type Series,
  seriesFields,
  type Totals,
  totalsFields,
} from '../data/totals.ts';
import { useAsk } from '../data/useAsk.ts';
import { Chart, type Mark } from '../design/chart.tsx';
import { Answer, Card, Empty, Head, Note, Status, Tile } from '../design/parts.tsx';
import { SpanPicker } from '../design/spanPicker.tsx';
import { type MapNode, SupergraphMap } from './supergraphMap.tsx';

interface Change {
  readonly version: number;
  readonly kind: string;
  readonly changed: readonly string[];
  readonly author: string;
  readonly at: string;
}

interface GatewayEvent {
  readonly at: string;
  readonly kind: 'BREAKER' | 'SETTINGS';
  readonly subgraph: string | null;
  readonly text: string;
}

interface Happened {
  readonly history: readonly Change[] | null;
  readonly events: readonly GatewayEvent[] | null;
  readonly status: { readonly registry: boolean };
}

const happenedQuery = `query ($registry: Boolean!) {
  status { registry }
  history(first: 50) @include(if: $registry) { version kind changed author at }
  events { at kind subgraph text }
}`;

const usageQuery = `query ($seconds: Int!) {
  usage(lastSeconds: $seconds) {
    now { ${totalsFields} } before { ${totalsFields} } series { ${seriesFields} }
    subgraphs(first: 50) { ${namedFields} }
  }
  upstream { subgraph breaker inFlight }
  cache { hits misses }
}`;

interface Recorded {
  readonly usage: {
    readonly now: Totals;
    readonly before: Totals;
    readonly series: Series;
    readonly subgraphs: readonly Named[];
  } | null;
  readonly cache: { readonly hits: number; readonly misses: number } | null;
  readonly upstream: readonly {
    readonly subgraph: string;
    readonly breaker: string;
    readonly inFlight: number;
  }[];
}

export function OverviewView() {
  const isRegistry = useAsk<{ status: { registry: boolean } }>('{ status { registry } }').data?.status
    .registry;
  const happened = useAsk<Happened>(happenedQuery, { registry: isRegistry ?? false }, 15_000);
  const marks = useMemo(() => marksOf(happened.data), [happened.data]);
  return (
    <>
      <Head title="Overview" about="What is asked, how fast, and what fails.">
        <SpanPicker live />
      </Head>
      {isLive.value ? <Live marks={marks} /> : <Window marks={marks} />}
      <Card title="What changed" flush>
        <Answer asked={happened}>{(data) => <Changes happened={data} />}</Answer>
      </Card>
    </>
  );
}

function Live({ marks }: { readonly marks: readonly Mark[] }) {
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

interface ChartsProps {
  readonly times: readonly number[];
  readonly unit: string;
  readonly requests: readonly (number | null)[];
  readonly errors: readonly (number | null)[];
  readonly latency: readonly (readonly (number | null)[])[];
  readonly marks: readonly Mark[];
}

export function Charts({ times, unit, requests, errors, latency, marks }: ChartsProps) {
  const [p50 = [], p95 = [], p99 = []] = latency;
  return (
    <div class="grid two">
      <Card title="Requests and errors">
        <Chart
          label="Requests and errors"
          times={times}
          marks={marks}
          format={(value) => `${rate(value)} ${unit}`}
          lines={[
            { label: 'requests', values: requests, color: '--series-1', filled: true },
            { label: 'errors', values: errors, color: '--bad', dash: [5, 3] },
          ]}
        />
      </Card>
      <Card title="Latency">
        <Chart
          label="Latency"
          times={times}
          marks={marks}
          format={(value) => duration(value)}
          lines={[
            { label: 'p50', values: p50, color: '--series-1' },
            { label: 'p95', values: p95, color: '--series-2', dash: [6, 3] },
            { label: 'p99', values: p99, color: '--muted', dash: [2, 3] },
          ]}
        />
      </Card>
    </div>
  );
}

function Window({ marks }: { readonly marks: readonly Mark[] }) {
  const { seconds: length } = span.value;
  const asked = useAsk<Recorded>(usageQuery, { seconds: length }, 15_000);
  return (
    <Answer asked={asked} height={520}>
      {({ usage, upstream, cache }) =>
        usage ? (
          <>
            <WindowTiles now={usage.now} before={usage.before} cache={cache} length={length} />
            <SeriesCharts series={usage.series} length={length} marks={marks} />
            <Card title={`The supergraph, last ${span.value.label}`}>
              <SupergraphMap
                nodes={recordedNodes({ usage, upstream, cache }, length)}
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
  cache,
  length,
}: {
  readonly cache: Recorded['cache'];
  readonly now: Totals;
  readonly before: Totals;
  readonly length: number;
}) {
  const [p95, unit] = durationParts(now.p95Ms);
  const versus = (text: string): string => (text === '' ? 'nothing before' : `${text} on before`);
  return (
    <dl class="tiles">
      <Tile label="Requests" value={count(now.calls)} note={versus(change(now.calls, before.calls))} />
      <Tile
        label="Errors"
        value={percent(now.errors, now.calls)}
        note={`${count(now.refused)} refused · ${count(now.failed)} failed`}
      />
      <Tile label="p95" value={p95} unit={unit} note={quantiles(now)} />
      <Tile
        label="Cost"
        value={rate(now.costMeasured / length)}
        unit="/s"
        note={versus(change(now.costMeasured, before.costMeasured))}
      />
      <Tile
        label="Cache hits"
        value={cache ? percent(cache.hits, cache.hits + cache.misses) : '–'}
        note="since the start"
      />
      <Tile label="Clients gone" value={count(now.gone)} note="did not wait" />
    </dl>
  );
}

/** Requests, errors and latency of anything that has a series. */
export function SeriesCharts({
  series,
  length,
  marks = [],
}: {
  readonly series: Series;
  readonly length: number;
  readonly marks?: readonly Mark[];
}) {
  const { times, requests, errors, latency } = useMemo(() => {
    const step = series.stepSeconds;
    const { times: ticks, values } = evenly(series, length, ({ calls }) => calls / step);
    return {
      times: ticks,
      requests: values,
      errors: evenly(series, length, (totals) => totals.errors / step).values,
      latency: (['p50Ms', 'p95Ms', 'p99Ms'] as const).map(
        (part) => evenly(series, length, (totals) => totals[part]).values,
      ),
    };
  }, [series, length]);
  return (
    <Charts times={times} unit="/s" requests={requests} errors={errors} latency={latency} marks={marks} />
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

const breakers: Readonly<Record<string, MapNode['breaker']>> = {
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

function marksOf(happened: Happened | null): readonly Mark[] {
  const publishes = (happened?.history ?? []).map((each) => ({
    time: Date.parse(each.at) / 1000,
    text: `version ${each.version}`,
    color: '--accent',
  }));
  const events = (happened?.events ?? []).map((each) => ({
    time: Date.parse(each.at) / 1000,
    text: each.text,
    color: each.kind === 'BREAKER' ? '--bad' : '--muted',
  }));
  return [...publishes, ...events];
}

function Changes({ happened }: { readonly happened: Happened }) {
  const rows = [
    ...(happened.history ?? []).map((each) => ({ at: each.at, node: <Published entry={each} /> })),
    ...(happened.events ?? []).map((each) => ({ at: each.at, node: <Event event={each} /> })),
  ].sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  if (rows.length === 0)
    return (
      <Empty title="Nothing has changed">
        Publishes, settings and breakers that open show up here and on the charts.
      </Empty>
    );
  return (
    <ul class="events">
      {rows.slice(0, 12).map((row, index) => (
        <li key={`${row.at} ${index}`}>
          <time dateTime={row.at} title={at(row.at)}>
            {isToday(row.at) ? timeOf(row.at) : shortAt(row.at)}
          </time>
          {row.node}
        </li>
      ))}
    </ul>
  );
}

function isToday(iso: string): boolean {
  return new Date(iso).toDateString() === new Date().toDateString();
}

function Published({ entry: { version, kind, changed, author } }: { readonly entry: Change }) {
  return (
    <span class="grow">
      <a href={to(['schema', 'versions', String(version)])}>Version {version}</a>
      {`: ${kind.toLowerCase()} of ${changed.join(', ')} by ${author}`}
    </span>
  );
}

function Event({ event: { kind, subgraph, text } }: { readonly event: GatewayEvent }) {
  if (kind === 'SETTINGS') return <span class="grow">{text}</span>;
  return (
    <span class="grow row tight">
      <Status tone={text.includes('closed') ? 'good' : text.includes('opened') ? 'bad' : 'warn'}>
        {subgraph === null ? '' : <a href={to(['subgraphs', subgraph])}>{subgraph}</a>}
      </Status>
      {text}
    </span>
  );
}
