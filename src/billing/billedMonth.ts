/** Calendar months in UTC, since consumers and gateways may be anywhere; written `2026-11`. */

/** How long after a month's end what happened in it is still put down to it: gateways have to tell their store. */
export const settleMs = 3_600_000;

export function monthOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 7);
}

/** Null for what is no month. */
export function monthSpan(month: string): { readonly fromMs: number; readonly untilMs: number } | null {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month);
  if (!match) return null;
  const [year, index] = [Number(match[1]), Number(match[2]) - 1];
  return { fromMs: Date.UTC(year, index), untilMs: Date.UTC(year, index + 1) };
}

/** The bill of a month is final then: nothing is added to it any more. */
export function isFinal(month: string, nowMs: number): boolean {
  const span = monthSpan(month);
  return span !== null && nowMs >= span.untilMs + settleMs;
}

/** The month that something is put down to: its own, or the current one when the bill of its own is final. */
export function billedMonth(atMs: number, nowMs: number): string {
  const month = monthOf(atMs);
  return isFinal(month, nowMs) ? monthOf(nowMs) : month;
}
