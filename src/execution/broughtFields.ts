import { Kind, type OperationDefinitionNode, parse, type SelectionSetNode } from 'graphql';
import type { SluiceError } from '../base/errors.ts';
import type { Fallbacks } from '../model/fallbacks.ts';

/** A field that a fetch brings. */
export interface BroughtField {
  readonly type: string;
  readonly coordinate: string;
  /** Where its value stands in the data. */
  readonly name: string;
}

/** Failures of the way to a subgraph: what it said itself is not replaced. */
const replaced = new Set([
  'CIRCUIT_OPEN',
  'SUBGRAPH_UNREACHABLE',
  'SUBGRAPH_TIMEOUT',
  'SUBGRAPH_OVERLOADED',
  'SUBGRAPH_MALFORMED_RESPONSE',
]);

/** Whether something may stand in for a call that failed so. */
export function mayBeReplaced({ code }: SluiceError, { subgraphs, types, fields }: Fallbacks): boolean {
  return replaced.has(code) && subgraphs.size + types.size + fields.size > 0;
}

/** Whether something stands in for each of these fields: an answer half of which has errors could be read by nobody. */
export function areCovered(
  brought: readonly BroughtField[],
  { subgraph, fallbacks }: { subgraph: string; fallbacks: Fallbacks },
): boolean {
  const { subgraphs, types, fields } = fallbacks;
  const isCovered = ({ type, coordinate }: BroughtField): boolean =>
    fields.has(coordinate) || types.has(type) || subgraphs.has(subgraph);
  return brought.length > 0 && brought.every(isCovered);
}

/** The fields of the first level of what a request asks for: of the query, or of the entities. */
export function broughtFields(operation: string, of: 'query' | 'entities'): readonly BroughtField[] {
  const [definition] = parse(operation, { noLocation: true }).definitions;
  const { selectionSet } = definition as OperationDefinitionNode;
  if (of === 'query') return fieldsIn(selectionSet, 'Query');
  const [entities] = selectionSet.selections;
  if (entities?.kind !== Kind.FIELD || !entities.selectionSet) return [];
  return fieldsIn(entities.selectionSet, '');
}

/** Their coordinates, each once. */
export function coordinatesOf(brought: readonly BroughtField[]): readonly string[] {
  return [...new Set(brought.map(({ coordinate }) => coordinate))];
}

function fieldsIn({ selections }: SelectionSetNode, type: string): readonly BroughtField[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return fieldsIn(selection.selectionSet, selection.typeCondition?.name.value ?? type);
    if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') return [];
    const { alias, name } = selection;
    return [{ type, coordinate: `${type}.${name.value}`, name: (alias ?? name).value }];
  });
}
