import {
  type DocumentNode,
  type FieldNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  print,
  validate,
  visit,
} from 'graphql';

const maxRounds = 12;

/** Gives fields that cannot stand under one name other names until the document is valid; null when it has other faults. */
export function mendOperation(schema: GraphQLSchema, text: string): string | null {
  let document = parse(text);
  for (let round = 0; round < maxRounds; round += 1) {
    const faults = validate(schema, document, undefined, { maxErrors: 20 });
    if (faults.length === 0) return print(document);
    const conflicts = faults.filter(({ message }) => message.includes('conflict because'));
    if (conflicts.length === 0) return null;
    document = renamed(document, { conflicts, round });
  }
  return null;
}

function renamed(
  document: DocumentNode,
  { conflicts, round }: { conflicts: readonly GraphQLError[]; round: number },
): DocumentNode {
  const ofConflicts = new Set(conflicts.flatMap(({ nodes }) => nodes ?? []));
  let count = 0;
  return visit(document, {
    [Kind.FIELD](field): FieldNode | undefined {
      if (!ofConflicts.has(field)) return undefined;
      count += 1;
      return { ...field, alias: { kind: Kind.NAME, value: `r${round}x${count}` } };
    },
  });
}
