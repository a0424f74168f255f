import { parse } from 'graphql';
import type { SchemaRules } from '../model/schemaRules.ts';
import type { Supergraph } from '../model/supergraph.ts';
import { appliedDirectives } from './appliedDirectives.ts';
import { readAuthorization } from './readAuthorization.ts';
import { readCaching } from './readCaching.ts';
import { readCost } from './readCost.ts';
import { readProtectedFields } from './readProtectedFields.ts';
import { readRateLimits } from './readRateLimits.ts';

export interface ReadSchemaRules {
  readonly rules: SchemaRules;
  /** What could not be read, a sentence each: what restricts then holds for everybody, what only advises is left out. */
  readonly faults: readonly string[];
}

/**
 * Reads the rules of a supergraph from its SDL, where composition has joined most of them, and from the SDL of its subgraphs, which
 * are known when it comes from the registry. What authorizes is joined once more from both, so that nothing composition left out is
 * lost; what composition keeps only with `@composeDirective` is read from the subgraphs where they are known.
 */
export function readSchemaRules({ sdl, subgraphs }: Pick<Supergraph, 'sdl' | 'subgraphs'>): ReadSchemaRules {
  const composed = appliedDirectives(sdl, null);
  const published = subgraphs.flatMap((subgraph) => appliedDirectives(subgraph.sdl, subgraph.name));
  const all = [...composed, ...published];
  const uncomposed = subgraphs.length > 0 ? published : composed;
  const faults = new Set<string>();
  const onFault = (fault: string): void => void faults.add(fault);
  const authorization = readAuthorization(all, onFault);
  const rules = {
    authorization,
    protectedFields: authorization.size === 0 ? new Map() : readProtectedFields(parse(sdl), authorization),
    ...readCost(all, onFault),
    ...readCaching(uncomposed, onFault),
    rateLimits: readRateLimits(uncomposed, onFault),
  };
  return { rules, faults: [...faults] };
}
