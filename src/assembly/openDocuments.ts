import * as request from '../request/request.ts';
import type { Assembly } from './assemblyOptions.ts';
import type { LiveOptions } from './liveOptions.ts';

/** What clients may ask by. */
export interface OpenDocuments {
  readonly documents: request.Documents;
  readonly routes: request.RouteBook;
}

/** The documents of clients: those they send, those they only name, and, where it is set so, those that are trusted alone. */
export async function openDocuments(
  { live, clock, log, closed }: Assembly,
  options: ReturnType<LiveOptions['documents']>,
): Promise<OpenDocuments> {
  const { settings, folder } = live.loaded;
  const { persistedQueries, trustedDocuments } = settings.request;
  const { path, routes } = trustedDocuments;
  const trusted =
    path === undefined
      ? null
      : closed(await request.watchTrustedDocuments({ path, routes }, { folder, clock, log }));
  const documents = request.createDocuments(options, {
    persistedQueries: request.createPersistedQueries(persistedQueries),
    trusted,
  });
  return { documents, routes: request.createRouteBook({ trusted, documents, log }) };
}
