import type { ChangeOutcome } from '../model/registry.ts';
import { reportLines, type SdlFile } from './reportLines.ts';
import type { Terminal } from './terminal.ts';

export interface ShownOutcome {
  readonly outcome: ChangeOutcome;
  /** Such as `products is published`. */
  readonly done: string;
  readonly options: { readonly json?: boolean };
  readonly terminal: Terminal;
  readonly sdlFile?: SdlFile | null;
}

/** What became of a change, for people or machines. */
export function showOutcome({ outcome, done, options, terminal, sdlFile = null }: ShownOutcome): void {
  const { version, changed, report } = outcome;
  if (options.json) {
    terminal.printJson(outcome);
  } else if (changed) {
    terminal.print(`${done}: supergraph version ${terminal.paint('bold', String(version))}.`);
    for (const line of reportLines(report, { terminal, sdlFile })) terminal.print(line);
  } else {
    terminal.print(`Nothing changed: supergraph version ${version} is exactly this already.`);
  }
}
