import { z } from 'zod';
import type { Fallbacks } from '../model/fallbacks.ts';

const scalar = z.union([z.null(), z.string(), z.number(), z.boolean()]);
const coordinate = z.string().regex(/^[_A-Za-z]\w*\.[_A-Za-z]\w*$/);

/** One rule a list item: the key says for what. */
export const fallbackRules = z
  .array(
    z.union([
      z.strictObject({ subgraph: z.string().min(1).describe('Null for all fields of this subgraph.') }),
      z.strictObject({ type: z.string().min(1).describe('Null for the fields of this type.') }),
      z.strictObject({
        field: coordinate.describe('A field by its type and name, such as Country.cities.'),
        value: z
          .union([scalar, z.array(scalar)])
          .default(null)
          .describe('What it is then: a scalar or a list of them, an empty one for lists of objects.'),
      }),
    ]),
  )
  .default([])
  .describe(
    'What stands in, without an error, for what a subgraph cannot be asked for; told in extensions.degraded. Never for mutations.',
  );

export function fallbacksOf(rules: z.output<typeof fallbackRules>): Fallbacks {
  return {
    subgraphs: new Set(rules.flatMap((rule) => ('subgraph' in rule ? [rule.subgraph] : []))),
    types: new Set(rules.flatMap((rule) => ('type' in rule ? [rule.type] : []))),
    fields: new Map(rules.flatMap((rule) => ('field' in rule ? [[rule.field, rule.value] as const] : []))),
  };
}
