import { createAdmin, createConsoleFiles, fetchSdl } from '../admin/admin.ts';
import type { Billing } from '../billing/billing.ts';
import { publishListed } from '../config/config.ts';
import type { GatewayPlugin } from '../model/gatewayPlugin.ts';
import type { Planning } from '../planning/planning.ts';
import type * as request from '../request/request.ts';
import { createServer } from '../server/server.ts';
import { createImporter } from '../translation/translation.ts';
import type { Assembly } from './assemblyOptions.ts';
import type { Observability } from './openObservability.ts';
import type { OpenSource } from './openSource.ts';

type AdminParts = Parameters<typeof createAdmin>[1];

/** What operators may see and steer, besides the registry; the rest of what the admin asks for is found out here. */
type Offered = Omit<
  AdminParts,
  | 'registry'
  | 'source'
  | 'fetchSdl'
  | 'status'
  | 'schema'
  | 'metrics'
  | 'consoleFiles'
  | 'protective'
  | 'logLevel'
  | 'clock'
  | 'log'
>;

export interface DoorParts extends OpenSource, Omit<Offered, 'planning'> {
  readonly planning: Planning;
  readonly billing: Pick<Billing, 'stats'>;
  readonly pipeline: request.Pipeline;
  readonly users: readonly GatewayPlugin[];
  readonly generations: request.Generations;
  readonly routes: request.RouteBook;
  readonly observability: Observability;
}

/** Where requests, operators and listed subgraphs come in. */
export async function openDoors(assembly: Assembly, parts: DoorParts) {
  const { live, mode, clock, log, closed, atEnd } = assembly;
  const { settings, folder } = live.loaded;
  const development = mode === 'dev';
  const { pipeline, users, generations, registry, source, planning, observability } = parts;
  const { usage, billing, upstreamStats, cache } = parts;
  const notReady = () => (generations.current() ? null : 'no supergraph yet');
  const status = () => ({ ready: notReady() === null, origin: source.current() && source.state().origin });
  const schema = () => generations.current()?.schema ?? null;
  const metrics = await observability.measure({
    upstreamStats,
    planning,
    generations,
    usage,
    billing,
    cache,
    status,
  });
  const protective = () => {
    const { access, limits } = live.loaded.settings;
    return { access, limits };
  };
  const seen = { consoleFiles: createConsoleFiles(), protective, metrics, logLevel: observability.logLevel };
  const means = { ...seen, fetchSdl, status, schema, clock, log };
  const admin = closed(createAdmin(settings.admin, { ...parts, ...means }));
  const served = { pipeline, plugins: users, rest: { routes: parts.routes, generations } };
  const server = closed(createServer(settings.server, { ...served, clock, log, notReady, development }));
  const importer = createImporter({ clock });
  const listed =
    registry &&
    publishListed(settings.subgraphs, {
      folder,
      fetchSdl,
      importSchema: (source, signal) => importer.import({ ...source, text: null }, signal),
      clock,
      log,
      publish: (subgraphs) => registry.publishFromFiles(subgraphs, { allowBreaking: development }),
    });
  atEnd(() => listed?.stop());
  return {
    admin,
    server,
    listed,
    async listen() {
      const { url: adminUrl } = await admin.listen();
      const { port } = await server.listen();
      const endpoint = `http://127.0.0.1:${port}${settings.server.path}`;
      admin.setEndpoint(endpoint);
      return { endpoint, adminUrl };
    },
  };
}
