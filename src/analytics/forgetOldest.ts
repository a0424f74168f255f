import type { Log } from '../model/log.ts';
import type { UsageWindows } from './usageWindows.ts';

/** Lets go of the oldest minutes until the rest fits; gives how many operations were lost with them. */
export function forgetOldest(
  windows: UsageWindows,
  { maxBytes, log }: { readonly maxBytes: number; readonly log: Pick<Log, 'error'> },
): number {
  let bytes = windows.all().reduce((sum, window) => sum + window.bytes(), 0);
  let lost = 0;
  while (bytes > maxBytes) {
    const [oldest, next] = windows.all();
    if (!oldest || !next) return lost;
    bytes -= oldest.bytes();
    windows.letGo(oldest);
    const operations = oldest.calls();
    lost += operations;
    const fields = { operations, minute: new Date(oldest.startMs).toISOString() };
    log.error(fields, 'usage of a minute is lost: the store takes nothing, and too much waits for it');
  }
  return lost;
}
