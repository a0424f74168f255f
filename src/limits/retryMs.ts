/** When to come back: at once, after a wait, or never. */
export function retryMs(refusal: { allowed: boolean; never: boolean; waitMs: number }): number {
  if (refusal.allowed) return 0;
  return refusal.never ? Number.POSITIVE_INFINITY : Math.max(0, refusal.waitMs);
}
