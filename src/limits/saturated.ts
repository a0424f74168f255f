/** A count that has grown as far as it is exact; one that is no number (∞ × 0) is the largest too, so that it is over every limit. */
export function saturated(count: number): number {
  return count < Number.MAX_SAFE_INTEGER ? count : Number.MAX_SAFE_INTEGER;
}
