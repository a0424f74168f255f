import { at, count } from '../data/format.ts';
import { Card, Meter } from '../design/parts.tsx';

export interface Quota {
  readonly unit: string;
  readonly per: string;
  readonly max: number;
  readonly used: number;
  readonly endsAt: string;
}

export function Quotas({ quotas }: { readonly quotas: readonly Quota[] }) {
  return (
    <Card title="Quotas">
      {quotas.length === 0 ? (
        <p class="muted small">No quota holds for it (limits.quotas).</p>
      ) : (
        <div class="stack">
          {quotas.map(({ unit, per, max, used, endsAt }) => (
            <div key={`${unit} ${per}`} class="small">
              <div class="row tight">
                <span class="grow">
                  {unit} a {per}
                </span>
                <span class="number">
                  {count(used)} of {count(max)}
                </span>
              </div>
              <Meter part={max === 0 ? 1 : used / max} tone={used >= max ? 'bad' : ''} />
              <span class="muted tiny">begins anew {at(endsAt)}</span>
            </div>
          ))}
        </div>
      )}
    </Card>
  );
}
