import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import type { ImportedSource, SubgraphSettings } from './subgraphSettings.ts';

/** A subgraph of supergraph.yaml with what its schema source holds now. */
export interface ListedSubgraph {
  readonly name: string;
  readonly url: string;
  /** `file:PATH`, `subgraph:URL`, `proto:PATH`, `openapi:PATH-OR-URL` or `reflection:URL`. */
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
  /** Writes SDL from what a service that is no GraphQL server says of itself. */
  importSchema(source: ImportedSource, signal: AbortSignal): Promise<ImportedSdl>;
  /** Called when SDL was written: what was left out of it. */
  onImported(name: string, remarks: readonly string[]): void;
  /** Called once per subgraph and reason when its schema cannot be read. */
  onUnreadable(name: string, reason: string): void;
}

export interface ImportedSdl {
  readonly sdl: string;
  readonly remarks: readonly string[];
  /** What it was written from; absolute paths. */
  readonly files: readonly string[];
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

/** Reads files anew when they changed; a subgraph that has to be asked is asked until it answers, then not again. */
export function createListedReader(parts: ListedReaderParts): ListedReader {
  const fetched = new Map<string, string>();
  const imported = new Map<string, KeptImport>();
  const unreadable = new Map<string, string>();

  /** Writing SDL is work for a thread: it is done once for each state of the files, and where it fails now and then again. */
  async function importOf(name: string, source: ImportedSource, signal: AbortSignal): Promise<string> {
    const key = JSON.stringify([name, source]);
    const kept = imported.get(key);
    const files = kept?.files ?? filesOf(source);
    const stamp = await stampOf(files);
    if (kept?.stamp === stamp) {
      kept.looks += 1;
      if (kept.sdl !== null) return kept.sdl;
      if (kept.looks % looksBeforeAgain !== 0) throw kept.failure;
    }
    try {
      const made = await parts.importSchema(source, signal);
      parts.onImported(name, made.remarks);
      imported.set(key, { ...made, stamp: await stampOf(made.files), failure: null, looks: 0 });
      return made.sdl;
    } catch (failure) {
      imported.set(key, { files, stamp, sdl: null, failure, looks: 0 });
      throw failure;
    }
  }

  async function sdlOf(
    name: string,
    { schema }: SubgraphSettings,
    signal: AbortSignal,
  ): Promise<Pick<ListedSubgraph, 'source' | 'sdl'>> {
    if ('file' in schema) {
      return {
        source: `file:${relative(parts.folder, schema.file)}`,
        sdl: await readFile(schema.file, 'utf8'),
      };
    }
    if ('import' in schema) {
      const { kind, file } = schema.import;
      const shown = isAbsolute(file) ? relative(parts.folder, file) : file;
      return { source: `${kind}:${shown}`, sdl: await importOf(name, schema.import, signal) };
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
      const found = await sdlOf(name, settings, signal);
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
    forget() {
      fetched.clear();
      imported.clear();
    },
  };
}

interface KeptImport {
  readonly files: readonly string[];
  /** How the files were when they were read. */
  readonly stamp: string;
  /** Null where it failed. */
  readonly sdl: string | null;
  readonly failure: unknown;
  /** How often it was looked for since. */
  looks: number;
}

/** What failed may have had a reason besides its files: a URL that did not answer, a file that it takes in. */
const looksBeforeAgain = 10;

function filesOf({ file, mapping }: ImportedSource): readonly string[] {
  return [...(isAbsolute(file) ? [file] : []), ...(mapping === null ? [] : [mapping])];
}

/** Differs once one of the files was written. */
async function stampOf(files: readonly string[]): Promise<string> {
  const states = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
        () => 'gone',
      ),
    ),
  );
  return states.join('\n');
}
