import { useMemo } from 'preact/hooks';
import { duration, rate } from '../data/format.ts';
import { evenly, type Series } from '../data/totals.ts';
import { Chart, type Mark } from '../design/chart.tsx';
import { Card } from '../design/parts.tsx';

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
