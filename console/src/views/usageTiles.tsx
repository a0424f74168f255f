import { count, durationParts, percent, quantiles, rate } from '../data/format.ts';
import type { Totals } from '../data/totals.ts';
import { Tile } from '../design/parts.tsx';

export function UsageTiles({ now, seconds }: { readonly now: Totals; readonly seconds: number }) {
  const [p95, unit] = durationParts(now.p95Ms);
  return (
    <dl class="tiles">
      <Tile label="Requests" value={count(now.calls)} note={`${rate(now.calls / seconds)} a second`} />
      <Tile
        label="Errors"
        value={percent(now.errors, now.calls)}
        note={`${count(now.refused)} refused · ${count(now.failed)} failed`}
      />
      <Tile label="p95" value={p95} unit={unit} note={quantiles(now)} />
      <Tile label="Cost" value={rate(now.costMeasured)} note="units of @cost" />
    </dl>
  );
}
