const dayMs = 86_400_000;

/** One calendar period, in UTC. */
export interface QuotaPeriod {
  /** `2026-11-25` or `2026-11`. */
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** The day or month that a moment is in; by UTC, since consumers and gateways may be anywhere. */
export function quotaPeriod(per: 'day' | 'month', wallMs: number): QuotaPeriod {
  const now = new Date(wallMs);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const [startMs, endMs] =
    per === 'day'
      ? [Date.UTC(year, month, day), Date.UTC(year, month, day) + dayMs]
      : [Date.UTC(year, month), Date.UTC(year, month + 1)];
  const name = now.toISOString().slice(0, per === 'day' ? 10 : 7);
  return { name, startMs, endMs };
}
