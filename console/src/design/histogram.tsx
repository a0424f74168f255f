import { count, duration } from '../data/format.ts';
import type { LatencyCount } from '../data/totals.ts';

const width = 560;
const height = 170;
const floor = height - 22;

/** How many took how long: a bar a range, each range 1.8 times as long as the one before. */
export function Histogram({ latencies }: { readonly latencies: readonly LatencyCount[] }) {
  const first = latencies.findIndex(({ calls }) => calls > 0);
  const last = latencies.findLastIndex(({ calls }) => calls > 0);
  const shown = latencies.slice(Math.max(0, first - 1), last + 2);
  const most = Math.max(...shown.map(({ calls }) => calls), 1);
  const step = width / Math.max(shown.length, 1);
  // As many labels as fit beside each other.
  const every = Math.ceil(52 / step);
  const said = shown.filter(({ calls }) => calls > 0).map((each) => `${rangeOf(each)}: ${count(each.calls)}`);
  return (
    <svg
      class="bars"
      viewBox={`0 0 ${width} ${height}`}
      width="100%"
      role="img"
      aria-label={`Latency: ${said.join('; ')}`}
    >
      {shown.map((each, at) => {
        const tall = (each.calls / most) * (floor - 18);
        return (
          <g key={each.fromMs}>
            <title>{`${rangeOf(each)}: ${count(each.calls)}`}</title>
            <rect
              x={at * step + 2}
              y={floor - tall}
              width={Math.max(1, step - 4)}
              height={tall}
              rx={2}
              fill="var(--series-1)"
            />
            {each.calls > 0 && (
              <text x={at * step + step / 2} y={floor - tall - 5} text-anchor="middle">
                {count(each.calls)}
              </text>
            )}
            {at > 0 && at % every === 0 && (
              <text x={at * step} y={height - 6} text-anchor="middle">
                {duration(Number(each.fromMs.toPrecision(2)))}
              </text>
            )}
          </g>
        );
      })}
      <line x1={0} x2={width} y1={floor} y2={floor} stroke="var(--line-strong)" />
    </svg>
  );
}

function rangeOf({ fromMs, untilMs }: LatencyCount): string {
  const from = duration(Number(fromMs.toPrecision(2)));
  return untilMs === null ? `over ${from}` : `${from} to ${duration(Number(untilMs.toPrecision(2)))}`;
}
