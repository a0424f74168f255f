import * as request from '../request/request.ts';
import type { Assembly } from './assemblyOptions.ts';
import type { LiveOptions } from './liveOptions.ts';

/** The documents of clients: those they send, those they only name, and, where it is set so, those that are trusted alone. */
export async function openDocuments(
  { live, clock, log, closed }: Assembly,
  options: ReturnType<LiveOptions['documents']>,
): Promise<request.Documents> {
  const { settings, folder } = live.loaded;
  const { persistedQueries, trustedDocuments } = settings.request;
  const { path } = trustedDocuments;
  const trusted =
    path === undefined ? null : closed(await request.watchTrustedDocuments(path, { folder, clock, log }));
  return request.createDocuments(options, {
    persistedQueries: request.createPersistedQueries(persistedQueries),
    trusted,
  });
}
