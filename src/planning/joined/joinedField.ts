import { type FieldDefinitionNode, parseType, type SelectionSetNode, type TypeNode } from 'graphql';
import type { JoinArguments } from '../joinArguments.ts';
import { fieldSet } from './fieldSet.ts';
import type { DefinedField } from './joinedDefinition.ts';

/** A field as one subgraph has it. */
export interface JoinedField {
  /** The type it has there. */
  readonly type: TypeNode;
  /** Whether the subgraph tells it wherever it knows the object; not what is external there or overridden. */
  readonly isResolved: boolean;
  /** What has to be sent along for it, besides a key. */
  readonly requires: SelectionSetNode | null;
  /** What of the object it gives is told there though it is external. */
  readonly provides: SelectionSetNode | null;
}

/** The subgraph that is read, by its enum value. */
export interface OfGraph {
  readonly graph: string;
  readonly holds: (overrideLabel: string) => boolean;
}

export function joinedFields(fields: readonly DefinedField[], of: OfGraph): ReadonlyMap<string, JoinedField> {
  const found = new Map<string, JoinedField>();
  for (const { definition, joins } of fields) {
    const [here] = joins?.get(of.graph) ?? [];
    const { type, name } = definition;
    if (here) found.set(name.value, joinedField(definition, here, of));
    // Where nothing is said, every subgraph of the type has it.
    else if (!joins) found.set(name.value, { type, isResolved: true, requires: null, provides: null });
  }
  return found;
}

function joinedField(field: FieldDefinitionNode, { others }: JoinArguments, { holds }: OfGraph): JoinedField {
  const [type, requires, provides] = ['type', 'requires', 'provides'].map((name) => others.get(name));
  return {
    type: type === undefined ? field.type : parseType(type, { noLocation: true }),
    isResolved: others.get('external') !== 'true' && isKept(others, holds),
    requires: requires === undefined ? null : fieldSet(requires),
    provides: provides === undefined ? null : fieldSet(provides),
  };
}

/** Whether an `@override` leaves the field with the subgraph: the one that overrides has both arguments. */
function isKept(join: ReadonlyMap<string, string>, holds: (label: string) => boolean): boolean {
  const label = join.get('overrideLabel');
  if (label === undefined) return join.get('usedOverridden') !== 'true';
  return holds(label) === join.has('override');
}
