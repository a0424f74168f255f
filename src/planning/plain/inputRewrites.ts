import type { FetchDataRewrite } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { Want } from '../wanted.ts';
import type { Requirement } from './draft.ts';
import { typesBelow } from './typesBelow.ts';

/** What gives the fields of a representation, and its type, the names that the subgraph knows. */
export function inputRewrites(
  { type, sentAs, wants }: Requirement,
  schema: GraphQLSchema,
): readonly FetchDataRewrite[] {
  const path = [`... on ${type}`];
  const renamed = wants.flatMap((want) => renames(want, { type, path, schema }));
  if (sentAs === type) return renamed;
  return [...renamed, { kind: 'ValueSetter', path: [...path, '__typename'], setValueTo: sentAs }];
}

/** Inner ones first: their paths go by the names that are there before. */
function renames(
  { name, field, below }: Want,
  { type, path, schema }: { type: string; path: readonly string[]; schema: GraphQLSchema },
): readonly FetchDataRewrite[] {
  const own = [...path, name.text];
  const types = below ? typesBelow(schema, type, field) : [];
  const inner = types.flatMap((one) =>
    (below?.of(one) ?? []).flatMap((want) => renames(want, { type: one, path: own, schema })),
  );
  const distinct = new Map(inner.map((rewrite) => [JSON.stringify(rewrite), rewrite]));
  if (name.text === field) return [...distinct.values()];
  return [...distinct.values(), { kind: 'KeyRenamer', path: own, renameKeyTo: field }];
}
