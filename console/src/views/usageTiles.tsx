import { count, durationParts, percent, quantiles, rate } from '../data/format.ts';
import type { Totals } from '../data/totals.ts';
import { Tile } from '../design/parts.tsx';

interface OfTotals {
  readonly now: Totals;
}

export function ErrorsTile({ now: { errors, calls, refused, failed } }: OfTotals) {
  const note = `${count(refused)} refused · ${count(failed)} failed`;
  return <Tile label="Errors" value={percent(errors, calls)} note={note} />;
}

export function LatencyTile({ now }: OfTotals) {
  const [p95, unit] = durationParts(now.p95Ms);
  return <Tile label="p95" value={p95} unit={unit} note={quantiles(now)} />;
}

/** What the cache answered of entities and fetches from the root. */
export function CacheTile({ now: { cacheHits, cacheMisses, cacheStale } }: OfTotals) {
  const note = `${count(cacheHits)} hits · ${count(cacheStale)} stale`;
  return <Tile label="Cache hits" value={percent(cacheHits, cacheHits + cacheMisses)} note={note} />;
}

/** What of the calls to subgraphs had to be tried again, or failed and something stood in for. */
export function RetriesTile({
  now: { retries, replaced },
}: {
  readonly now: Pick<Totals, 'retries' | 'replaced'>;
}) {
  return <Tile label="Tried again" value={count(retries)} note={`${count(replaced)} calls replaced`} />;
}

export function UsageTiles({ now, seconds }: OfTotals & { readonly seconds: number }) {
  return (
    <dl class="tiles">
      <Tile label="Requests" value={count(now.calls)} note={`${rate(now.calls / seconds)} a second`} />
      <ErrorsTile now={now} />
      <LatencyTile now={now} />
      <Tile label="Cost" value={rate(now.costMeasured)} note="units of @cost" />
    </dl>
  );
}
