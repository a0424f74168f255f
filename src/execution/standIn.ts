import { Kind, type OperationDefinitionNode, parse, type SelectionSetNode } from 'graphql';
import type { SluiceError } from '../base/errors.ts';
import type { Fallbacks } from '../model/fallbacks.ts';
import type { FetchNode } from '../planning/planning.ts';
import type { ForEachTarget } from './compileTargets.ts';
import { type DataObject, ownValue, setOwnValue } from './ownValue.ts';
import type { Run } from './run.ts';

/** A field that a fetch brings. */
interface Brought {
  readonly type: string;
  readonly coordinate: string;
  /** Where its value stands in the data. */
  readonly name: string;
}

/** Puts in what is declared for the fields of a fetch that failed; false when something of it has nothing. */
export type StandIn = (run: Run, failure: SluiceError) => boolean;

/** Failures of the way to a subgraph: what it said itself is not replaced. */
const replaced = new Set([
  'CIRCUIT_OPEN',
  'SUBGRAPH_UNREACHABLE',
  'SUBGRAPH_TIMEOUT',
  'SUBGRAPH_OVERLOADED',
  'SUBGRAPH_MALFORMED_RESPONSE',
]);

/** Compiled when it is first needed: most fetches never fail. */
export function standIn(
  node: FetchNode,
  { forEachTarget, fallbacks }: { forEachTarget: ForEachTarget; fallbacks: () => Fallbacks },
): StandIn {
  const { serviceName: subgraph } = node;
  let brought: readonly Brought[] | null = null;
  return (run, failure) => {
    if (!run.mayDegrade || !replaced.has(failure.code) || node.outputRewrites?.length) return false;
    const { subgraphs, types, fields } = fallbacks();
    if (subgraphs.size + types.size + fields.size === 0) return false;
    brought ??= fieldsOf(node);
    const isCovered = ({ type, coordinate }: Brought): boolean =>
      fields.has(coordinate) || types.has(type) || subgraphs.has(subgraph);
    if (brought.length === 0 || !brought.every(isCovered)) return false;
    forEachTarget(run.data, run.isShared, (target) => {
      for (const field of brought ?? []) put(target, field, fields.get(field.coordinate) ?? null);
    });
    const coordinates = [...new Set(brought.map(({ coordinate }) => coordinate))];
    run.degraded ??= [];
    run.degraded.push({ subgraph, code: failure.code, fields: coordinates });
    return true;
  };
}

function put(target: DataObject, { type, name }: Brought, value: unknown): void {
  const own = ownValue(target, '__typename');
  if (typeof own === 'string' && own !== type) return;
  if (ownValue(target, name) === undefined) setOwnValue(target, name, structuredClone(value));
}

function fieldsOf({ operation, requires }: FetchNode): readonly Brought[] {
  const [definition] = parse(operation, { noLocation: true }).definitions;
  const { selectionSet } = definition as OperationDefinitionNode;
  if (!requires) return fieldsIn(selectionSet, 'Query');
  const [entities] = selectionSet.selections;
  if (entities?.kind !== Kind.FIELD || !entities.selectionSet) return [];
  return fieldsIn(entities.selectionSet, '');
}

function fieldsIn({ selections }: SelectionSetNode, type: string): readonly Brought[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return fieldsIn(selection.selectionSet, selection.typeCondition?.name.value ?? type);
    if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') return [];
    const { alias, name } = selection;
    return [{ type, coordinate: `${type}.${name.value}`, name: (alias ?? name).value }];
  });
}
