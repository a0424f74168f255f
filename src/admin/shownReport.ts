import type { CheckReport } from '../model/registry.ts';
import { isoTime } from './isoTime.ts';

export function shownReport({ operations, ...report }: CheckReport) {
  if (!operations) return { ...report, operations: null };
  const { sinceMs, recordedSinceMs, broken, ...counts } = operations;
  const shown = broken.map(({ lastSeenMs, clients, ...operation }) => ({
    ...operation,
    lastSeen: isoTime(lastSeenMs),
    clients: clients.map((client) => ({
      name: client.name || null,
      version: client.version || null,
      calls: client.calls,
      lastSeen: isoTime(client.lastSeenMs),
    })),
  }));
  const recordedSince = recordedSinceMs === null ? null : isoTime(recordedSinceMs);
  return { ...report, operations: { ...counts, since: isoTime(sinceMs), recordedSince, broken: shown } };
}
