import type { Clock } from '../base/clock.ts';
import type { StartThread } from '../base/startThread.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../model/log.ts';
import {
  createRegistry,
  createStaticSupergraph,
  type RecentUse,
  type RegistryPart,
  type StaticSupergraph,
} from '../registry/registry.ts';
import type { Storage } from '../storage/storage.ts';

export interface SourceParts {
  /** The file or URL of a supergraph to serve as it is; there is no registry then. */
  readonly location: string | undefined;
  readonly storage: Storage;
  /** For what is kept on disk beside the store. */
  readonly dir: string;
  /** What clients asked lately; null where nobody records it. */
  readonly recentUse: RecentUse | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly startThread: StartThread;
  /** Sees to it that a part is closed at the end. */
  closed<Part extends { close(): Promise<void> }>(part: Part): Part;
}

export interface OpenSource {
  readonly source: RegistryPart | StaticSupergraph;
  /** Null where a supergraph is served as it is. */
  readonly registry: RegistryPart | null;
}

/** What is served: what the registry says, or the supergraph of a file or URL as it is. */
export async function openSource(options: Config['registry'], parts: SourceParts): Promise<OpenSource> {
  const { location, storage, recentUse, closed, ...means } = parts;
  if (location !== undefined) {
    const source = closed(await createStaticSupergraph(options, { location, ...means }));
    return { source, registry: null };
  }
  const registry = closed(await createRegistry(options, { storage, recentUse, ...means }));
  return { source: registry, registry };
}
