/** A moment as the admin API writes it. */
export function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
