import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import { SluiceError } from '../base/errors.ts';
import { typedText } from './typedText.ts';

/** A parameter of a query string that is a member of an input object, such as `filter.name`. */
export interface ObjectParameter {
  /** Without the name of the variable. */
  readonly way: readonly string[];
  /** A leaf, or a list of leaves; without what may be null. */
  readonly type: GraphQLInputType;
  readonly isList: boolean;
  /** Whether it has to be given where its object is. */
  readonly isRequired: boolean;
  readonly description: string | null | undefined;
}

/** More parameters of one variable nobody reads about. */
const maxParameters = 200;
/** Names of clients are cut where they are told. */
const maxShown = 20;

/**
 * The parameters that an input object is in a query string: its members, and those of objects in it. What such a string cannot hold, lists of
 * objects and objects that hold themselves, is not among them.
 */
export function objectParameters(type: GraphQLInputObjectType): readonly ObjectParameter[] {
  const found: ObjectParameter[] = [];
  const visit = (object: GraphQLInputObjectType, way: readonly string[], above: readonly string[]): void => {
    for (const field of Object.values(object.getFields())) {
      if (found.length > maxParameters) return;
      const own = withoutNull(field.type);
      const item = isListType(own) ? withoutNull(own.ofType) : own;
      const to = [...way, field.name];
      if (isInputObjectType(own)) {
        if (!above.includes(own.name)) visit(own, to, [...above, own.name]);
      } else if (!isInputObjectType(item) && !isListType(item)) {
        const { description } = field;
        const isRequired = isRequiredInputField(field);
        found.push({ way: to, type: item, isList: isListType(own), isRequired, description });
      }
    }
  };
  visit(type, [], [type.name]);
  return found;
}

/** Why an input object cannot be given in a query string; null where it can. */
export function membersFault(type: GraphQLInputObjectType): string | null {
  const parameters = objectParameters(type);
  if (parameters.length > maxParameters) return `which has more than ${maxParameters} members`;
  const lacking = Object.values(type.getFields()).find(
    (field) => isRequiredInputField(field) && !parameters.some(({ way: [first] }) => first === field.name),
  );
  return lacking ? `whose "${lacking.name}" no query string can hold` : null;
}

/** The input object that parameters such as `filter.name` make; undefined where there is none of them. */
export function typedObject(
  type: GraphQLInputObjectType,
  texts: ReadonlyMap<string, readonly string[]>,
  variable: string,
): unknown {
  const parameters = objectParameters(type);
  const nameOf = ({ way }: ObjectParameter): string => [variable, ...way].join('.');
  const known = new Map(parameters.map((each) => [nameOf(each), each]));
  const given = [...texts.keys()].filter((name) => name === variable || name.startsWith(`${variable}.`));
  if (given.length === 0) return undefined;
  const made = Object.create(null) as Record<string, unknown>;
  for (const name of given) {
    const parameter = known.get(name);
    if (!parameter) throw unknownMember(name, [...known.keys()]);
    const values = texts.get(name) ?? [];
    if (!parameter.isList && values.length > 1)
      throw new SluiceError('BAD_REQUEST', `The parameter "${name}" is given more than once; allowed: once.`);
    const typed = values.map((text) => typedText(parameter.type, text, name));
    place(made, parameter.way, parameter.isList ? typed : typed[0]);
  }
  for (const parameter of parameters)
    if (parameter.isRequired && isLacking(made, parameter.way))
      throw new SluiceError(
        'BAD_USER_INPUT',
        `The parameter "${nameOf(parameter)}" is missing; it has to be given.`,
      );
  return made;
}

function place(made: Record<string, unknown>, way: readonly string[], value: unknown): void {
  const [first = '', ...rest] = way;
  if (rest.length === 0) {
    made[first] = value;
    return;
  }
  const known = (made[first] ?? Object.create(null)) as Record<string, unknown>;
  made[first] = known;
  place(known, rest, value);
}

/** Whether the object that it belongs to is there without it. */
function isLacking(made: Record<string, unknown>, way: readonly string[]): boolean {
  const [first = '', ...rest] = way;
  const value = made[first];
  if (rest.length === 0) return value === undefined;
  return value !== undefined && isLacking(value as Record<string, unknown>, rest);
}

function unknownMember(name: string, known: readonly string[]): SluiceError {
  const shown = known.length > maxShown ? [...known.slice(0, maxShown), '…'] : known;
  return new SluiceError(
    'BAD_REQUEST',
    `The parameter "${name.slice(0, 100)}" is not known here; allowed: ${shown.join(', ')}.`,
  );
}

function withoutNull(type: GraphQLInputType): GraphQLInputType {
  return isNonNullType(type) ? type.ofType : type;
}
