import {
  type GraphQLError,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { type CollectContext, collectFields } from './collectFields.ts';
import { maxErrors } from './limitErrors.ts';
import { isDataObject, ownValue } from './ownValue.ts';
import { withheldError } from './withheldError.ts';

/** The errors of what is withheld in data that fits its types. */
export type WithheldIn = (data: unknown) => readonly GraphQLError[];

type Type = GraphQLObjectType | GraphQLInterfaceType;

/** What of an object leads to withheld fields. */
interface Way {
  readonly responseName: string;
  readonly dataName: string;
  /** The ways on by the type of the object below; null when this is what is withheld. */
  readonly below: ((typename: unknown) => readonly Way[]) | null;
}

/**
 * Finds the places to tell without looking at anything that does not lead to one; found out once for each type and selection. More than
 * `maxErrors` are not listed; the fields are null there too.
 */
export function compileWithheld(
  context: CollectContext & Required<Pick<CollectContext, 'withheld'>>,
  type: GraphQLObjectType,
  selectionSet: SelectionSetNode,
): WithheldIn {
  const waysFrom = createWays(context);
  return (data) => {
    const errors: GraphQLError[] = [];
    const path: (string | number)[] = [];

    function look(value: unknown, ways: (typename: unknown) => readonly Way[]): void {
      if (errors.length >= maxErrors) return;
      if (Array.isArray(value)) {
        for (const [index, item] of value.entries()) {
          path.push(index);
          look(item, ways);
          path.pop();
        }
      } else if (isDataObject(value)) {
        for (const { responseName, dataName, below } of ways(ownValue(value, '__typename'))) {
          path.push(responseName);
          if (below) look(ownValue(value, dataName), below);
          else if (errors.length < maxErrors) errors.push(withheldError([...path]));
          path.pop();
        }
      }
    }

    look(data, waysFrom(type, [selectionSet]));
    return errors;
  };
}

type WaysFrom = (type: unknown, sets: readonly SelectionSetNode[]) => (typename: unknown) => readonly Way[];

function createWays(context: CollectContext & Required<Pick<CollectContext, 'withheld'>>): WaysFrom {
  const leads = createLeads(context);

  function waysOf(type: Type, sets: readonly SelectionSetNode[]): readonly Way[] {
    return collectFields(context, type, sets).flatMap((field): readonly Way[] => {
      const { responseName, dataName, selectionSets } = field;
      if (field.isWithheld) return [{ responseName, dataName, below: null }];
      if (!field.type || !selectionSets.some(leads)) return [];
      return [{ responseName, dataName, below: waysFrom(getNamedType(field.type), selectionSets) }];
    });
  }

  const waysFrom: WaysFrom = (type, sets) => {
    const known = new Map<string, readonly Way[]>();
    return (typename) => {
      const told = isAbstractType(type) ? context.schema.getType(String(typename)) : type;
      const one = isObjectType(told) ? told : type;
      if (!isObjectType(one) && !isInterfaceType(one)) return [];
      const ways = known.get(one.name) ?? waysOf(one, sets);
      known.set(one.name, ways);
      return ways;
    };
  };
  return waysFrom;
}

/** Whether there is a withheld field in a selection, at any depth. */
function createLeads({
  withheld,
  fragments,
}: CollectContext & Required<Pick<CollectContext, 'withheld'>>): (set: SelectionSetNode) => boolean {
  const known = new Map<SelectionSetNode, boolean>();
  return function leads(set: SelectionSetNode): boolean {
    const found =
      known.get(set) ??
      set.selections.some((selection) => {
        if (selection.kind === Kind.FIELD && withheld?.has(selection)) return true;
        const below =
          selection.kind === Kind.FRAGMENT_SPREAD
            ? fragments.get(selection.name.value)?.selectionSet
            : selection.selectionSet;
        return below !== undefined && leads(below);
      });
    known.set(set, found);
    return found;
  };
}
