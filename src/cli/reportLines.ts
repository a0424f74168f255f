import type { CheckReport, CompositionRemark, SchemaChange } from '../model/registry.ts';
import type { Terminal } from './terminal.ts';

/** What the admin's queries select of a report. */
export const reportFields = `
  errors { code message places { subgraph line column } }
  hints { code message places { subgraph line column } }
  changes { severity kind coordinate message }
  comparedWith`;

/** The file that holds the SDL of one subgraph: places in it can be shown as `file:line`. */
export interface SdlFile {
  readonly subgraph: string;
  readonly file: string;
}

const colourOf = { BREAKING: 'red', DANGEROUS: 'yellow', SAFE: 'green' } as const;
const rankOf = { BREAKING: 0, DANGEROUS: 1, SAFE: 2 } as const;

/** `schema.graphql:3:12  INVALID_GRAPHQL: Unknown type "Countri".`; a remark about another subgraph names that instead of the file. */
export function remarkLine({ code, message, places }: CompositionRemark, sdlFile: SdlFile | null): string {
  const own = places.find(({ subgraph }) => subgraph === sdlFile?.subgraph);
  const place = own ?? places[0];
  if (!place) return `${code}: ${message.trim()}`;
  // Composition names the subgraph in front; here the place does.
  const text = `${code}: ${message.trim().replace(`[${place.subgraph}] `, '')}`;
  const where = own && sdlFile ? sdlFile.file : `${place.subgraph} (subgraph)`;
  return `${where}:${place.line}:${place.column}  ${text}`;
}

/** What a change means to clients, the worst first. */
export function changeLines(changes: readonly SchemaChange[], { paint }: Pick<Terminal, 'paint'>): string[] {
  return [...changes]
    .sort((one, other) => rankOf[one.severity] - rankOf[other.severity])
    .map(({ severity, message }) => {
      const label = severity.toLowerCase().padEnd('dangerous'.length);
      return `  ${paint(colourOf[severity], label)}  ${message}`;
    });
}

/** Changes and hints of a report, for people. */
export function reportLines(
  report: Pick<CheckReport, 'changes' | 'hints'>,
  parts: { terminal: Terminal; sdlFile: SdlFile | null },
): string[] {
  const { terminal, sdlFile } = parts;
  return [
    ...changeLines(report.changes, terminal),
    ...report.hints.map(
      (hint) => `  ${terminal.paint('cyan', 'hint'.padEnd(9))}  ${remarkLine(hint, sdlFile)}`,
    ),
  ];
}

/** `2 breaking changes`, `1 error`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
