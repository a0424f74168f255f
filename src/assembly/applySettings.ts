import { listedInstances, needRestart } from '../config/config.ts';
import type { Assembly, Loaded } from './assemblyOptions.ts';

type Settings = Loaded['settings'];

interface Reads<Options> {
  reconfigure(options: Options): void;
}

/** Those who take settings while they run. */
export interface AppliesSettings<Judges extends object> extends Pick<Assembly, 'live'> {
  /** What judges requests; replaced as a whole. */
  readonly plugins: Judges;
  judgesOf(settings: Settings): Judges;
  readonly identity: Reads<Settings['identity']>;
  readonly upstream: Reads<Settings['upstream']> & {
    setInstances(origin: 'listed', instances: ReturnType<typeof listedInstances>): void;
  };
  readonly cache: Reads<Settings['cache']>;
  readonly billing: Reads<Settings['billing']>;
  readonly observability: { reconfigure(): void };
  readonly server: Reads<Settings['server']>;
  readonly admin: Reads<Settings['admin']>;
  /** Null when a supergraph is served as it is. */
  readonly listed: Reads<Settings['subgraphs']> | null;
}

/** Hands new settings to everybody; gives the names of those that need a restart. */
export function applySettings<Judges extends object>(
  next: Loaded,
  running: AppliesSettings<Judges>,
): readonly string[] {
  const { live, identity, upstream, cache, billing, observability, server, admin, listed } = running;
  const { settings } = next;
  const restart = needRestart(live.loaded.settings, settings);
  live.loaded = next;
  identity.reconfigure(settings.identity);
  upstream.reconfigure(settings.upstream);
  upstream.setInstances('listed', listedInstances(settings.subgraphs));
  cache.reconfigure(settings.cache);
  billing.reconfigure(settings.billing);
  observability.reconfigure();
  server.reconfigure(settings.server);
  admin.reconfigure(settings.admin);
  listed?.reconfigure(settings.subgraphs);
  Object.assign(running.plugins, running.judgesOf(settings));
  return restart;
}
