import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { theme } from '../data/theme.ts';

export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** A custom property of the theme. */
  readonly color: string;
  readonly dash?: readonly number[];
  readonly filled?: boolean;
}

export interface Mark {
  /** Seconds since 1970. */
  readonly time: number;
  readonly text: string;
  readonly color: string;
}

interface ChartProps {
  readonly label: string;
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly marks?: readonly Mark[];
  readonly format: (value: number) => string;
  readonly height?: number;
}

/** Lines over time; what happened is drawn across them. The numbers at the pointer stand above, where nothing covers them. */
export function Chart({ label, times, lines, marks = [], format, height = 180 }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const shownMarks = useRef(marks);
  shownMarks.current = marks;
  const shape = JSON.stringify(lines.map(({ label: name, color, dash }) => [name, color, dash]));

  useEffect(() => {
    if (!box.current) return;
    const width = box.current.clientWidth;
    const options = optionsOf({ width, height, lines, format, marks: () => shownMarks.current, setAt });
    const drawn = new uPlot(options, dataOf(times, lines), box.current);
    plot.current = drawn;
    const resized = new ResizeObserver(([entry]) => {
      if (entry) drawn.setSize({ width: entry.contentRect.width, height });
    });
    resized.observe(box.current);
    return () => {
      resized.disconnect();
      drawn.destroy();
      plot.current = null;
    };
  }, [shape, height, theme.value]);
  useEffect(() => {
    plot.current?.setData(dataOf(times, lines));
  }, [times, lines]);

  const index = at ?? times.length - 1;
  return (
    <figure class="chart" aria-label={`${label}: ${summary(lines, format)}`} role="img">
      <div class="legend" aria-hidden="true">
        {lines.map((line) => (
          <span key={line.label}>
            <i class={line.dash ? 'dashed' : ''} style={{ color: `var(${line.color})` }} />
            {line.label} <b>{valueText(line.values[index], format)}</b>
          </span>
        ))}
        <span class="grow" />
        <span>{at !== null && times[at] !== undefined ? momentOf(times[at], times) : ''}</span>
      </div>
      <div ref={box} style={{ height: `${height}px`, marginTop: '8px' }} />
    </figure>
  );
}

function valueText(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? '–' : format(value);
}

function summary(lines: readonly Line[], format: (value: number) => string): string {
  return lines
    .map(
      ({ label, values }) =>
        `${label}, last ${valueText(
          values.findLast((each) => each !== null),
          format,
        )}`,
    )
    .join('; ');
}

function momentOf(time: number, times: readonly number[]): string {
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const options: Intl.DateTimeFormatOptions =
    span > 2 * 86_400
      ? { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }
      : { hour: '2-digit', minute: '2-digit', second: '2-digit' };
  return new Intl.DateTimeFormat(undefined, options).format(new Date(time * 1000));
}

function dataOf(times: readonly number[], lines: readonly Line[]): uPlot.AlignedData {
  return [[...times], ...lines.map(({ values }) => [...values])] as uPlot.AlignedData;
}

interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  readonly marks: () => readonly Mark[];
  readonly setAt: (at: number | null) => void;
}

function optionsOf({ width, height, lines, format, marks, setAt }: Drawing): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--muted'),
    font: `11px ${style.getPropertyValue('--sans')}`,
    ticks: { show: false },
  };
  return {
    width,
    height,
    padding: [6, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.12 : 1] } },
    series: [{}, ...lines.map((line) => seriesOf(line, color))],
    axes: [
      { ...axis, size: 26, grid: { show: false }, space: 70, values: timeLabels },
      {
        ...axis,
        size: 58,
        grid: { stroke: color('--line'), width: 1 },
        space: 36,
        values: (_plot, splits) => splits.map(format),
      },
    ],
    hooks: {
      setCursor: [({ cursor }) => setAt(cursor.idx ?? null)],
      draw: [(drawn) => drawMarks(drawn, marks(), color)],
    },
  };
}

function seriesOf({ label, color, dash, filled }: Line, colorOf: (name: string) => string): uPlot.Series {
  const stroke = colorOf(color);
  return {
    label,
    stroke,
    width: 1.5,
    // A value without neighbours has no line.
    points: {
      show: (plot, at) => (plot.data[at] ?? []).filter((value) => value !== null).length < 8,
      size: 5,
    },
    spanGaps: false,
    ...(dash && { dash: [...dash] }),
    ...(filled && { fill: `color-mix(in srgb, ${stroke} 14%, transparent)` }),
  };
}

function timeLabels(_plot: uPlot, splits: number[], _axis: number, _space: number, step: number): string[] {
  const options: Intl.DateTimeFormatOptions =
    step >= 86_400
      ? { month: 'short', day: 'numeric' }
      : step >= 60
        ? { hour: '2-digit', minute: '2-digit' }
        : { minute: '2-digit', second: '2-digit' };
  const format = new Intl.DateTimeFormat(undefined, options);
  return splits.map((time) => format.format(new Date(time * 1000)));
}

function drawMarks(
  { ctx, bbox, scales, valToPos }: uPlot,
  marks: readonly Mark[],
  color: (name: string) => string,
): void {
  ctx.save();
  for (const { time, color: name } of marks) {
    if (time < (scales.x?.min ?? 0) || time > (scales.x?.max ?? 0)) continue;
    const x = Math.round(valToPos(time, 'x', true));
    ctx.strokeStyle = color(name);
    ctx.fillStyle = color(name);
    ctx.setLineDash([3, 3]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(x - 5, bbox.top);
    ctx.lineTo(x + 5, bbox.top);
    ctx.lineTo(x, bbox.top + 7);
    ctx.fill();
  }
  ctx.restore();
}
