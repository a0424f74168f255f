/**
 * Translation: how a service that is no GraphQL server becomes a subgraph. Its SDL says, in directives of its own (dialect.ts), how every
 * field is asked for by gRPC or REST, so what is published is all there is: versions, checks and rollbacks work as for any subgraph.
 *
 *     readTranslation(sdl);        // null for a GraphQL server; else what the transports of upstream/ go by
 *     await importer.read({ proto: '/atlas/airports.proto', mapping: '/atlas/mapping.graphql' });   // { sdl, remarks, files }
 *
 * SDL is written from a .proto file or an OpenAPI document by the importer, in a worker thread with bounds, for what it reads comes from
 * anywhere. A mapping file, in SDL too, stands over what was generated: names, keys, entities, and whatever the document does not say.
 * Nothing is called here: `upstream/transports/` does that.
 */
import { parse } from 'graphql';
import type { Supergraph } from '../model/supergraph.ts';
import type { Translation } from '../model/translation.ts';
import { translationIn } from './translationIn.ts';

export { createImporter, type Importer } from './importing/importer.ts';
export type { ImportedSchema, SchemaSource } from './importing/schemaSource.ts';
export { translateCalls } from './translateCalls.ts';
export { TranslationFault } from './translationFault.ts';

/**
 * The translation that a subgraph's SDL carries; null for one that is a GraphQL server. Throws a TranslationFault that says what of it
 * cannot be carried out.
 */
export function readTranslation(sdl: string): Translation | null {
  // Most are none, and need not be parsed once more.
  if (!sdl.includes('@speaksGrpc') && !sdl.includes('@speaksRest')) return null;
  return translationIn(parse(sdl, { noLocation: true }).definitions);
}

/** The translations of a supergraph's subgraphs, by name; GraphQL servers have none. A TranslationFault names the subgraph. */
export function readTranslations({
  subgraphs,
}: Pick<Supergraph, 'subgraphs'>): ReadonlyMap<string, Translation> {
  const translations = new Map<string, Translation>();
  for (const { name, sdl } of subgraphs) {
    const translation = readTranslation(sdl);
    if (translation) translations.set(name, translation);
  }
  return translations;
}
