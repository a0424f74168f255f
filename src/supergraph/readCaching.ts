import { z } from 'zod';
import type { CacheControl, SchemaRules } from '../model/schemaRules.ts';
import type { AppliedDirective } from './appliedDirectives.ts';
import { readArguments } from './readArguments.ts';

const cacheControlArguments = z.object({
  maxAge: z.int().nonnegative().optional(),
  scope: z.enum(['PUBLIC', 'PRIVATE']).optional(),
  inheritMaxAge: z.boolean().default(false),
});
const cacheTagArguments = z.object({ format: z.string() });

/** By subgraph, then by coordinate. */
type BySubgraph<Rule> = ReadonlyMap<string, ReadonlyMap<string, Rule>>;

export function readCaching(
  directives: readonly AppliedDirective[],
  onFault: (fault: string) => void,
): Pick<SchemaRules, 'cacheControl' | 'cacheTags'> {
  return {
    cacheControl: readCacheControl(directives, onFault),
    cacheTags: readCacheTags(directives, onFault),
  };
}

function readCacheControl(
  directives: readonly AppliedDirective[],
  onFault: (fault: string) => void,
): BySubgraph<CacheControl> {
  const schema = cacheControlArguments;
  const rules = new Map<string, Map<string, CacheControl>>();
  for (const directive of readArguments(directives, 'cacheControl', { schema, onFault })) {
    const { maxAge = null, scope = null, inheritMaxAge } = directive.given;
    for (const subgraph of directive.subgraphs)
      ofSubgraph(rules, subgraph).set(directive.coordinate, { maxAgeSeconds: maxAge, scope, inheritMaxAge });
  }
  return rules;
}

function readCacheTags(
  directives: readonly AppliedDirective[],
  onFault: (fault: string) => void,
): BySubgraph<readonly string[]> {
  const schema = cacheTagArguments;
  const tags = new Map<string, Map<string, readonly string[]>>();
  for (const { coordinate, subgraphs, given } of readArguments(directives, 'cacheTag', { schema, onFault })) {
    for (const subgraph of subgraphs) {
      const known = ofSubgraph(tags, subgraph);
      known.set(coordinate, [...(known.get(coordinate) ?? []), given.format]);
    }
  }
  return tags;
}

function ofSubgraph<Rule>(rules: Map<string, Map<string, Rule>>, subgraph: string): Map<string, Rule> {
  const known = rules.get(subgraph) ?? new Map<string, Rule>();
  rules.set(subgraph, known);
  return known;
}
