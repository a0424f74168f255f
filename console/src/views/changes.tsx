import { useMemo } from 'preact/hooks';
import { status } from '../data/caller.ts';
import { at, clipped, shortAt, timeOf } from '../data/format.ts';
import { to } from '../data/route.ts';
import { useAsk } from '../data/useAsk.ts';
import type { Mark } from '../design/chart.tsx';
import { Chip, Empty, Status } from '../design/parts.tsx';

interface Change {
  readonly version: number;
  readonly kind: string;
  readonly changed: readonly string[];
  readonly author: string;
  readonly at: string;
}

export interface GatewayEvent {
  readonly at: string;
  readonly kind: 'BREAKER' | 'INSTANCE' | 'SETTINGS';
  readonly subgraph: string | null;
  readonly text: string;
  /** Of the gateway that serves this page, since its start. */
  readonly here: boolean;
}

export const eventFields = 'at kind subgraph text here';

export interface Happened {
  readonly history: readonly Change[] | null;
  readonly events: readonly GatewayEvent[] | null;
}

export const happenedQuery = `query ($registry: Boolean!) {
  history(first: 50) @include(if: $registry) { version kind changed author at }
  events { ${eventFields} }
}`;

/** What happened, for the charts of any page. */
export function useMarks(): readonly Mark[] {
  const { data } = useAsk<Happened>(happenedQuery, { registry: status.value?.registry ?? false }, 30_000);
  return useMemo(() => marksOf(data), [data]);
}

export function marksOf(happened: Happened | null): readonly Mark[] {
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

export function Changes({ happened }: { readonly happened: Happened }) {
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

function Event({ event: { kind, subgraph, text, here } }: { readonly event: GatewayEvent }) {
  const run = here ? null : <Chip>another run</Chip>;
  if (kind === 'SETTINGS')
    return (
      <span class="grow row tight">
        {text}
        {run}
      </span>
    );
  return (
    <span class="grow row tight">
      <Status tone={text.includes('closed') ? 'good' : text.includes('breaker opened') ? 'bad' : 'warn'}>
        {subgraph === null ? '' : <a href={to(['subgraphs', subgraph])}>{subgraph}</a>}
      </Status>
      {clipped(text)}
      {run}
    </span>
  );
}
