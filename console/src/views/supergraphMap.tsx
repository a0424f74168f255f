import { duration, percent, rate } from '../data/format.ts';
import { to } from '../data/route.ts';

export interface MapNode {
  readonly name: string;
  /** Calls a second. */
  readonly rate: number;
  readonly calls: number;
  readonly errors: number;
  readonly p95Ms: number | null;
  readonly breaker: 'closed' | 'open' | 'halfOpen' | 'ramp';
  readonly inFlight: number;
}

const width = 1120;
const box = { width: 190, height: 92 };
const perRow = 5;
const gatewayY = 14;
const gatewayHeight = 62;
const firstRowY = 152;
const rowHeight = box.height + 40;

/** The gateway and what it calls: a line is as thick as its traffic. */
export function SupergraphMap({
  nodes,
  requests,
}: {
  readonly nodes: readonly MapNode[];
  readonly requests: number;
}) {
  const rows = Math.max(1, Math.ceil(nodes.length / perRow));
  const height = firstRowY + rows * rowHeight - 20;
  const most = Math.max(...nodes.map((node) => node.rate), 0.001);
  const placed = nodes.map((node, at) => ({ node, ...place(at, nodes.length) }));
  const middle = width / 2;
  return (
    <svg
      class="map"
      viewBox={`0 0 ${width} ${height}`}
      role="group"
      aria-label="The gateway and its subgraphs"
    >
      {placed.map(({ node, x, y }) => (
        <path
          key={node.name}
          class={`edge ${node.breaker === 'open' ? 'failing' : node.rate > 0 ? '' : 'idle'}`}
          stroke-width={node.rate > 0 && node.breaker !== 'open' ? 1.5 + (node.rate / most) * 5 : 1.5}
          {...(node.breaker === 'open' && { 'stroke-dasharray': '4 6' })}
          d={`M${middle} ${gatewayY + gatewayHeight} C${middle} ${y - 34} ${x + box.width / 2} ${gatewayY + gatewayHeight + 34} ${x + box.width / 2} ${y}`}
        />
      ))}
      <rect class="box" x={middle - 95} y={gatewayY} width={190} height={gatewayHeight} rx={8} />
      <text class="title" x={middle} y={gatewayY + 27} text-anchor="middle">
        Gateway
      </text>
      <text class="figure" x={middle} y={gatewayY + 46} text-anchor="middle">
        {`${rate(requests)} requests/s`}
      </text>
      {placed.map(({ node, x, y }) => (
        <Node key={node.name} node={node} x={x} y={y} />
      ))}
    </svg>
  );
}

function place(at: number, all: number): { x: number; y: number } {
  const row = Math.floor(at / perRow);
  const inRow = Math.min(perRow, all - row * perRow);
  const gap = 30;
  const rowWidth = inRow * box.width + (inRow - 1) * gap;
  return { x: (width - rowWidth) / 2 + (at % perRow) * (box.width + gap), y: firstRowY + row * rowHeight };
}

const words = {
  closed: 'breaker closed',
  open: 'breaker open',
  halfOpen: 'trying again',
  ramp: 'letting more in',
} as const;
const colors = {
  closed: 'var(--good)',
  open: 'var(--bad)',
  halfOpen: 'var(--warn)',
  ramp: 'var(--warn)',
} as const;

function Node({ node, x, y }: { readonly node: MapNode; readonly x: number; readonly y: number }) {
  const { name, breaker, p95Ms, errors, calls } = node;
  const shownName = name.length > 22 ? `${name.slice(0, 21)}…` : name;
  return (
    <a href={to(['subgraphs', name])}>
      <rect
        class="box"
        x={x}
        y={y}
        width={box.width}
        height={box.height}
        rx={8}
        {...(breaker === 'open' && { style: { stroke: 'var(--bad)' } })}
      />
      <text class="title" x={x + 14} y={y + 25}>
        {shownName}
      </text>
      <text class="figure" x={x + 14} y={y + 46}>
        {`${rate(node.rate)} calls/s · p95 ${duration(p95Ms)}`}
      </text>
      <text class="figure" x={x + 14} y={y + 63}>
        {`${percent(errors, calls)} errors`}
      </text>
      <Shape breaker={breaker} x={x + 19} y={y + 77} />
      <text class="figure" x={x + 31} y={y + 81} style={{ fill: colors[breaker] }}>
        {words[breaker]}
      </text>
    </a>
  );
}

/** Told apart without colour: a disc, a cross, a triangle. */
function Shape({
  breaker,
  x,
  y,
}: {
  readonly breaker: MapNode['breaker'];
  readonly x: number;
  readonly y: number;
}) {
  const fill = colors[breaker];
  if (breaker === 'closed') return <circle cx={x} cy={y} r={4} fill={fill} />;
  if (breaker === 'open')
    return (
      <path d={`M${x - 4} ${y - 4}l8 8m0 -8l-8 8`} stroke={fill} stroke-width={2.5} stroke-linecap="round" />
    );
  return <path d={`M${x} ${y - 5}l5 9h-10z`} fill={fill} />;
}
