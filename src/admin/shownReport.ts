import type { CheckReport } from '../model/registry.ts';
import { isoTime } from './isoTime.ts';

export function shownReport({ operations, ...report }: CheckReport) {
  if (!operations) return { ...report, operations: null };
  const { sinceMs, checked, broken } = operations;
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
  return { ...report, operations: { since: isoTime(sinceMs), checked, broken: shown } };
}
