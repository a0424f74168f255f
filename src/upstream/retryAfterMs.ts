import type { Clock } from '../base/clock.ts';

const longestMs = 24 * 3_600_000;

/** The milliseconds a `Retry-After` asks for, in seconds or as a date; 0 where there is none that can be read. */
export function retryAfterMs(value: string | null, clock: Clock): number {
  if (value === null) return 0;
  const text = value.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - clock.wallMs();
  return ms > 0 ? Math.min(ms, longestMs) : 0;
}
