import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { SubgraphSettings } from './subgraphSettings.ts';

/** A subgraph of supergraph.yaml with what its schema source holds now. */
export interface ListedSubgraph {
  readonly name: string;
  readonly url: string;
  /** `file:PATH` or `subgraph:URL`. */
  readonly source: string;
  readonly sdl: string;
}

export interface ListedReaderParts {
  /** The folder of supergraph.yaml: paths are told relative to it. */
  readonly folder: string;
  /** Asks a subgraph for its SDL. */
  fetchSdl(
    url: string,
    options: { signal: AbortSignal; headers: Readonly<Record<string, string>> },
  ): Promise<string>;
  /** Called once per subgraph and reason when its schema cannot be read. */
  onUnreadable(name: string, reason: string): void;
}

export interface ListedReader {
  /** The subgraphs whose schema could be read. */
  read(
    subgraphs: Readonly<Record<string, SubgraphSettings>>,
    signal: AbortSignal,
  ): Promise<readonly ListedSubgraph[]>;
  /** Asks subgraphs anew the next time. */
  forget(): void;
}

/** Reads files anew each time; a subgraph that has to be asked is asked until it answers, then not again. */
export function createListedReader(parts: ListedReaderParts): ListedReader {
  const fetched = new Map<string, string>();
  const unreadable = new Map<string, string>();

  async function sdlOf(
    { schema }: SubgraphSettings,
    signal: AbortSignal,
  ): Promise<Pick<ListedSubgraph, 'source' | 'sdl'>> {
    if ('file' in schema) {
      return {
        source: `file:${relative(parts.folder, schema.file)}`,
        sdl: await readFile(schema.file, 'utf8'),
      };
    }
    const { subgraph_url: url, introspection_headers: headers } = schema;
    const sdl = fetched.get(url) ?? (await parts.fetchSdl(url, { signal, headers }));
    fetched.set(url, sdl);
    return { source: `subgraph:${url}`, sdl };
  }

  async function readOne(
    [name, settings]: [string, SubgraphSettings],
    signal: AbortSignal,
  ): Promise<ListedSubgraph | null> {
    try {
      const found = await sdlOf(settings, signal);
      unreadable.delete(name);
      return { name, url: settings.routing_url, ...found };
    } catch (failure) {
      const reason = failure instanceof Error ? failure.message : String(failure);
      if (!signal.aborted && unreadable.get(name) !== reason) parts.onUnreadable(name, reason);
      unreadable.set(name, reason);
      return null;
    }
  }

  return {
    async read(subgraphs, signal) {
      const read = await Promise.all(Object.entries(subgraphs).map((entry) => readOne(entry, signal)));
      return read.filter((listed) => listed !== null);
    },
    forget: () => fetched.clear(),
  };
}
