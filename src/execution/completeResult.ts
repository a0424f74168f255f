import {
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { type CollectContext, collectFields } from './collectFields.ts';
import { errorPlaces } from './errorPlaces.ts';
import { maxErrors } from './limitErrors.ts';
import { needsType } from './needsType.ts';
import { type DataObject, isDataObject, ownValue } from './ownValue.ts';
import { withheldError } from './withheldError.ts';

/** A place in the result, from there to the root: most are never asked for. */
interface Path {
  readonly key: string | number;
  readonly around: Path | null;
}

export interface Completed {
  /** The text of `data`; `null` when a null reached the root. */
  readonly text: string;
  /** Faults found while completing, besides those the subgraphs reported. */
  readonly errors: readonly GraphQLError[];
  /** The first places that are null because the session may not see them. */
  readonly withheld: readonly GraphQLError[];
}

/** The text of a value, or one of the two nulls below. */
type Written = string | typeof nulled | typeof bubbling;
/** Null, and the error for it is known already. */
const nulled = Symbol('nulled');
/** A null that its field may not have: the object around it becomes null. */
const bubbling = Symbol('bubbling');

/**
 * The slow and thorough way to write a result: what compiled writers give up on. Values of a wrong type become null with an error, and
 * a null that is not allowed makes the nearest nullable field null (GraphQL specification, sections 6.4.3 and 6.4.4). A null that a
 * subgraph's error explains gets no second error.
 */
export function completeResult(
  context: CollectContext,
  operation: { readonly type: GraphQLObjectType; readonly selectionSet: SelectionSetNode },
  state: { readonly data: DataObject; readonly errors: readonly GraphQLError[] },
): Completed {
  const { fault, withhold, ...found } = createFaults(state);
  // What is withheld is told at each of its places, also where one of them made null what is around them all.
  const stopsAtNull = !context.withheld;

  function completeObject(
    type: GraphQLObjectType | GraphQLInterfaceType,
    sets: readonly SelectionSetNode[],
    at: { data: DataObject; path: Path | null },
  ): Written {
    const members: string[] = [];
    let isBubbling = false;
    for (const field of collectFields(context, type, sets)) {
      const name = JSON.stringify(field.responseName);
      const value = ownValue(at.data, field.dataName);
      if (field.name === '__typename') members.push(`${name}:${JSON.stringify(type.name)}`);
      else if (field.name === '__schema' || field.name === '__type')
        members.push(`${name}:${JSON.stringify(value ?? null)}`);
      else if (field.type) {
        const path = { key: field.responseName, around: at.path };
        const owner = `${type.name}.${field.name}`;
        const written = field.isWithheld
          ? withhold(field.type, path)
          : completeValue(field.type, field.selectionSets, { value, path, owner });
        if (written === bubbling) isBubbling = true;
        if (isBubbling && stopsAtNull) break;
        members.push(`${name}:${String(written === nulled ? null : written)}`);
      }
    }
    return isBubbling ? bubbling : `{${members.join(',')}}`;
  }

  function completeValue(type: GraphQLOutputType, sets: readonly SelectionSetNode[], at: Place): Written {
    if (isNonNullType(type)) {
      const written = completeNullable(type.ofType, sets, at);
      if (written === 'null') fault(`Cannot return null for non-nullable field ${at.owner}.`, at.path);
      return written === 'null' || written === nulled ? bubbling : written;
    }
    const written = completeNullable(type, sets, at);
    return written === bubbling ? nulled : written;
  }

  function completeNullable(type: GraphQLOutputType, sets: readonly SelectionSetNode[], at: Place): Written {
    const { value, path, owner } = at;
    if (value === null || value === undefined) return 'null';
    if (isListType(type)) {
      if (!Array.isArray(value)) return fault(`Expected a list for field ${owner}.`, path);
      const items: string[] = [];
      let isBubbling = false;
      for (const [index, item] of value.entries()) {
        const place = { value: item, path: { key: index, around: path }, owner };
        const written = completeValue(type.ofType, sets, place);
        if (written === bubbling) isBubbling = true;
        if (isBubbling && stopsAtNull) break;
        items.push(String(written === nulled ? null : written));
      }
      return isBubbling ? bubbling : `[${items.join(',')}]`;
    }
    if (isObjectType(type) || isAbstractType(type)) {
      if (!isDataObject(value)) return fault(`Expected an object for field ${owner}.`, path);
      const objectType = isObjectType(type) ? type : possibleType(context, { type, sets, data: value });
      if (!objectType) return fault(`The type of field ${owner} is not one of those it may have.`, path);
      return completeObject(objectType, sets, { data: value, path });
    }
    return isNonNullType(type)
      ? bubbling
      : (leafText(type, value) ?? fault(`A value of field ${owner} is not of the type ${type.name}.`, path));
  }

  const written = completeObject(operation.type, [operation.selectionSet], { data: state.data, path: null });
  return { text: typeof written === 'string' ? written : 'null', ...found };
}

/** What is told of a result; each gives what becomes of its value. */
function createFaults(state: { readonly errors: readonly GraphQLError[] }) {
  const errors: GraphQLError[] = [];
  const withheld: GraphQLError[] = [];
  const known = errorPlaces(state.errors);
  return {
    errors,
    withheld,
    fault(message: string, at: Path): typeof nulled {
      // One more than will be listed, to tell that there are more.
      if (errors.length > maxErrors) return nulled;
      const path = keysOf(at);
      if (!known.explain(path))
        errors.push(new GraphQLError(message, { path, extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE' } }));
      return nulled;
    },
    withhold(type: GraphQLOutputType, at: Path): typeof nulled | typeof bubbling {
      if (withheld.length < maxErrors) withheld.push(withheldError(keysOf(at)));
      return isNonNullType(type) ? bubbling : nulled;
    },
  };
}

interface Place {
  readonly value: unknown;
  readonly path: Path;
  /** Type and field, for messages. */
  readonly owner: string;
}

/** The type an object has; the interface itself where it was not told and makes no difference. */
function possibleType(
  context: CollectContext,
  { type, sets, data }: { type: GraphQLAbstractType; sets: readonly SelectionSetNode[]; data: DataObject },
): GraphQLObjectType | GraphQLInterfaceType | null {
  const { schema } = context;
  const typename = ownValue(data, '__typename');
  const told = typeof typename === 'string' ? schema.getType(typename) : undefined;
  if (isObjectType(told) && schema.isSubType(type, told)) return told;
  const isUntold =
    typename === undefined || told === type || (isInterfaceType(told) && schema.isSubType(type, told));
  return isUntold && isInterfaceType(type) && !needsType(context, type, sets) ? type : null;
}

/** The JSON of a leaf, null when the value is not of its type. Nothing is coerced but whole numbers as IDs. */
function leafText(type: GraphQLLeafType, value: unknown): string | null {
  if (isEnumType(type))
    return typeof value === 'string' && type.getValue(value) ? JSON.stringify(value) : null;
  switch (type.name) {
    case 'Int':
      return typeof value === 'number' && (value | 0) === value ? String(value) : null;
    case 'Float':
      return typeof value === 'number' && Number.isFinite(value) ? String(value) : null;
    case 'Boolean':
      return typeof value === 'boolean' ? String(value) : null;
    case 'String':
      return typeof value === 'string' ? JSON.stringify(value) : null;
    case 'ID':
      if (typeof value === 'string') return JSON.stringify(value);
      return Number.isSafeInteger(value) ? JSON.stringify(String(value)) : null;
    default:
      return scalarText(value);
  }
}

/** A custom scalar may be anything that JSON can say again: no number it does not know, nothing nested too deep to be written. */
function scalarText(value: unknown): string | null {
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  try {
    return JSON.stringify(value);
  } catch (thrown) {
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}

function keysOf(place: Path): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Path | null = place; at; at = at.around) keys.push(at.key);
  return keys.reverse();
}
