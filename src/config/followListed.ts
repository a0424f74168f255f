import type { Clock, Timer } from '../base/clock.ts';
import { createListedReader, type ListedReaderParts, type ListedSubgraph } from './listedReader.ts';
import type { SubgraphSettings } from './subgraphSettings.ts';

export interface ListedOptions extends ListedReaderParts {
  readonly clock: Clock;
  /** How often the files are looked at. */
  readonly intervalMs?: number;
  /** Called with all that could be read, at first and after each change; false to be called with the same again. */
  onRead(listed: readonly ListedSubgraph[]): Promise<boolean>;
}

export interface ListedSubgraphs {
  /** Other subgraphs from now on. */
  reconfigure(subgraphs: Readonly<Record<string, SubgraphSettings>>): void;
  stop(): Promise<void>;
}

/**
 * Follows the schemas of the subgraphs listed in supergraph.yaml by what they hold, so that it does not matter how an editor writes
 * a file; a change counts once it stands still between two looks.
 */
export function followListed(
  initial: Readonly<Record<string, SubgraphSettings>>,
  options: ListedOptions,
): ListedSubgraphs {
  const { clock, intervalMs = 400 } = options;
  const ending = new AbortController();
  const reader = createListedReader(options);
  let subgraphs = initial;
  let handedOn: string | null = null;
  let before: string | null = null;
  let timer: Timer | null = null;
  let looking: Promise<void> = look();

  async function look(): Promise<void> {
    const listed = await reader.read(subgraphs, ending.signal);
    if (ending.signal.aborted) return;
    const seen = JSON.stringify(listed);
    const settled = before === null || before === seen;
    before = seen;
    if (settled && seen !== handedOn && listed.length > 0 && (await options.onRead(listed))) handedOn = seen;
    if (ending.signal.aborted) return;
    timer = clock.after(intervalMs, () => {
      looking = look();
    });
  }

  return {
    reconfigure(next) {
      subgraphs = next;
      reader.forget();
    },
    async stop() {
      ending.abort(new Error('Stopping'));
      timer?.cancel();
      await looking;
    },
  };
}
