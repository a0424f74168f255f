import { counted } from './reportLines.ts';
import type { Terminal } from './terminal.ts';

/** What the admin's check selects of the operations that clients asked lately. */
export const operationsFields =
  'operations { since checked unchecked recordedSince unknownCalls broken { id name reasons calls lastSeen clients { name version calls lastSeen } } }';

export interface ShownOperationsReport {
  /** ISO 8601, as all moments here. */
  readonly since: string;
  readonly checked: number;
  readonly unchecked: number;
  readonly recordedSince: string | null;
  readonly unknownCalls: number;
  readonly broken: readonly ShownBrokenOperation[];
}

interface ShownBrokenOperation {
  readonly id: string;
  readonly name: string | null;
  readonly reasons: readonly string[];
  readonly calls: number;
  readonly lastSeen: string;
  readonly clients: readonly {
    readonly name: string | null;
    readonly version: string | null;
    readonly calls: number;
    readonly lastSeen: string;
  }[];
}

/** What a check could not look at; nothing when it saw everything that was asked. */
export function uncheckedLines({
  since,
  unchecked,
  recordedSince,
  unknownCalls,
}: ShownOperationsReport): string[] {
  const isShort = recordedSince !== null && recordedSince > since;
  return [
    ...(isShort ? [`Operations are recorded only since ${recordedSince}.`] : []),
    ...(unchecked > 0
      ? [`${counted(unchecked, 'operation')} more were not looked at (registry.checks.operations).`]
      : []),
    ...(unknownCalls > 0
      ? [`Of ${counted(unknownCalls, 'call')} nobody knows what they asked (analytics.max.operations).`]
      : []),
  ].map((line) => `  note       ${line}`);
}

/** The operations that would break: each with why, and who asks it. */
export function brokenLines({ broken }: ShownOperationsReport, { paint }: Pick<Terminal, 'paint'>): string[] {
  const indent = ' '.repeat(13);
  return broken.flatMap(({ id, name, reasons, calls, lastSeen, clients }) => [
    `  ${paint('red', 'breaks'.padEnd(9))}  ${name ?? '(no name)'} ${id.slice(0, 12)}, asked ${counted(calls, 'time')}, last ${lastSeen}`,
    ...reasons.map((reason) => `${indent}${reason}`),
    ...clients.map(
      (client) =>
        `${indent}by ${client.name ?? 'clients without a name'}${client.version ? ` ${client.version}` : ''}: ${counted(client.calls, 'time')}, last ${client.lastSeen}`,
    ),
  ]);
}
