export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

/** A span of time, without its end; wall milliseconds. */
export interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** How long sums are kept by the minute, by the hour and by the day, in milliseconds. */
export interface Retention {
  readonly minutes: number;
  readonly hours: number;
  readonly days: number;
}

export function floorTo(stepMs: number, ms: number): number {
  return Math.floor(ms / stepMs) * stepMs;
}
