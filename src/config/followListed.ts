import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Clock, Timer } from '../base/clock.ts';
import type { SubgraphSettings } from './subgraphSettings.ts';

/** A subgraph of supergraph.yaml with what its schema source holds now. */
export interface ListedSubgraph {
  readonly name: string;
  readonly url: string;
  /** `file:PATH` or `subgraph:URL`. */
  readonly source: string;
  readonly sdl: string;
}

export interface ListedOptions {
  /** The folder of supergraph.yaml: paths are told relative to it. */
  readonly folder: string;
  readonly clock: Clock;
  /** How often the files are looked at. */
  readonly intervalMs?: number;
  fetchSdl(
    url: string,
    options: { signal: AbortSignal; headers: Readonly<Record<string, string>> },
  ): Promise<string>;
  /** Called with all that could be read, at first and after each change; false to be called with the same again. */
  onRead(listed: readonly ListedSubgraph[]): Promise<boolean>;
  /** Called once per subgraph and reason when a schema cannot be read. */
  onUnreadable(name: string, reason: string): void;
}

export interface ListedSubgraphs {
  /** Resolves after the first reading was handed on. */
  readonly started: Promise<void>;
  /** Other subgraphs from now on. */
  reconfigure(subgraphs: Readonly<Record<string, SubgraphSettings>>): void;
  stop(): Promise<void>;
}

/**
 * Follows the schemas of the listed subgraphs: files by what they hold, so that it does not matter how an editor writes them, and a
 * change only once it stands still between two looks. A subgraph that has to be asked is asked until it answers, then not again.
 */
export function followListed(
  initial: Readonly<Record<string, SubgraphSettings>>,
  options: ListedOptions,
): ListedSubgraphs {
  const { clock, intervalMs = 400 } = options;
  const ending = new AbortController();
  const fetched = new Map<string, string>();
  const unreadable = new Map<string, string>();
  let subgraphs = initial;
  let reported = '';
  let before: string | null = null;
  let timer: Timer | null = null;
  let looking: Promise<void> = look();

  async function look(): Promise<void> {
    const listed = await readAll();
    const seen = JSON.stringify(listed);
    const settled = before === null || before === seen;
    before = seen;
    if (settled && seen !== reported && !ending.signal.aborted) {
      if (await options.onRead(listed)) reported = seen;
    }
    if (!ending.signal.aborted) {
      timer = clock.after(intervalMs, () => {
        looking = look();
      });
    }
  }

  async function readAll(): Promise<readonly ListedSubgraph[]> {
    const read = await Promise.all(
      Object.entries(subgraphs).map(([name, settings]) => readOne(name, settings)),
    );
    return read.filter((listed) => listed !== null);
  }

  async function readOne(
    name: string,
    { routing_url: url, schema }: SubgraphSettings,
  ): Promise<ListedSubgraph | null> {
    try {
      const listed =
        'file' in schema
          ? {
              source: `file:${relative(options.folder, schema.file)}`,
              sdl: await readFile(schema.file, 'utf8'),
            }
          : { source: `subgraph:${schema.subgraph_url}`, sdl: await ask(schema) };
      unreadable.delete(name);
      return { name, url, ...listed };
    } catch (failure) {
      const reason = failure instanceof Error ? failure.message : String(failure);
      if (unreadable.get(name) !== reason && !ending.signal.aborted) options.onUnreadable(name, reason);
      unreadable.set(name, reason);
      return null;
    }
  }

  async function ask(schema: Extract<SubgraphSettings['schema'], { subgraph_url: string }>): Promise<string> {
    const known = fetched.get(schema.subgraph_url);
    if (known !== undefined) return known;
    const sdl = await options.fetchSdl(schema.subgraph_url, {
      signal: ending.signal,
      headers: schema.introspection_headers,
    });
    fetched.set(schema.subgraph_url, sdl);
    return sdl;
  }

  return {
    started: looking,
    reconfigure(next) {
      subgraphs = next;
      fetched.clear();
    },
    async stop() {
      ending.abort(new Error('Stopping'));
      timer?.cancel();
      await looking;
    },
  };
}
