/** A series without axes, as large as a word. */
export function Sparkline({
  values,
  width = 96,
  height = 22,
}: {
  readonly values: readonly number[];
  readonly width?: number;
  readonly height?: number;
}) {
  const most = Math.max(...values, 0);
  if (values.length < 2 || most === 0) return <svg width={width} height={height} aria-hidden="true" />;
  const x = (at: number): number => (at / (values.length - 1)) * (width - 2) + 1;
  const y = (value: number): number => height - 2 - (value / most) * (height - 4);
  const points = values.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  return (
    <svg width={width} height={height} aria-hidden="true">
      <polygon points={`1,${height - 1} ${points} ${width - 1},${height - 1}`} fill="var(--accent-soft)" />
      <polyline
        points={points}
        fill="none"
        stroke="var(--accent)"
        stroke-width="1.25"
        stroke-linejoin="round"
      />
    </svg>
  );
}
