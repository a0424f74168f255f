import type { Clock } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../model/log.ts';
import {
  createRegistry,
  createStaticSupergraph,
  type RegistryPart,
  registryMigrations,
  type StaticSupergraph,
} from '../registry/registry.ts';
import { openStorage } from '../storage/storage.ts';

export interface SourceParts {
  readonly settings: Pick<Config, 'registry' | 'storage'>;
  /** What relative paths in the settings start from. */
  readonly folder: string;
  /** For what is kept on disk beside the store. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Sees to it that a part is closed at the end. */
  closed<Part extends { close(): Promise<void> }>(part: Part): Part;
}

export interface OpenSource {
  readonly source: RegistryPart | StaticSupergraph;
  /** Null where a supergraph is served as it is. */
  readonly registry: RegistryPart | null;
}

/** What is served: what the registry says, or the supergraph of a file or URL as it is. */
export async function openSource(location: string | undefined, parts: SourceParts): Promise<OpenSource> {
  const { settings, folder, dir, clock, log, closed } = parts;
  if (location !== undefined) {
    const source = closed(await createStaticSupergraph(settings.registry, { location, dir, clock, log }));
    return { source, registry: null };
  }
  const migrations = [registryMigrations];
  const storage = closed(openStorage(settings.storage, { folder, clock, log, migrations }));
  const registry = closed(await createRegistry(settings.registry, { storage, dir, clock, log }));
  return { source: registry, registry };
}
