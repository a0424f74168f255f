import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { type GraphQLSchema, isAbstractType, isInterfaceType } from 'graphql';
import type { Want } from '../wanted.ts';
import type { Requirement } from './draft.ts';
import { namedTypeBelow } from './typesBelow.ts';

const typename: QueryPlanSelectionNode = { kind: 'Field', name: '__typename' };

/** What a representation of this type consists of, as a plan says it. */
export function requiredSelections(
  { type, wants }: Requirement,
  schema: GraphQLSchema,
): QueryPlanSelectionNode {
  return {
    kind: 'InlineFragment',
    typeCondition: type,
    selections: [typename, ...wants.map((want) => selectionOf(want, { type, schema }))],
  };
}

interface Place {
  readonly type: string;
  readonly schema: GraphQLSchema;
}

function selectionOf(want: Want, place: Place): QueryPlanSelectionNode {
  const name = want.name.text;
  return want.below
    ? { kind: 'Field', name, selections: selectionsBelow(want, place) }
    : { kind: 'Field', name };
}

function selectionsBelow({ field, below }: Want, { type, schema }: Place): QueryPlanSelectionNode[] {
  const named = namedTypeBelow(schema, type, field);
  const of = (one: string) => (below?.of(one) ?? []).map((want) => selectionOf(want, { type: one, schema }));
  if (!isAbstractType(named)) return of(named?.name ?? '');
  if (isInterfaceType(named) && !below?.dependsOnType(named.name)) return of(named.name);
  const possible = schema.getPossibleTypes(named);
  return [
    typename,
    ...possible.flatMap(({ name }): QueryPlanSelectionNode[] => {
      const selections = of(name);
      return selections.length === 0 ? [] : [{ kind: 'InlineFragment', typeCondition: name, selections }];
    }),
  ];
}
