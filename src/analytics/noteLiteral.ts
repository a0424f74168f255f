import {
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type ValueNode,
} from 'graphql';

/** Told of each coordinate that is met: `Enum.VALUE`, an input type by its name, `Input.field`. */
export type NoteCoordinate = (coordinate: string) => void;

/** Whether values of the type can tell which enum values or input fields are used. */
export function tellsMore(type: GraphQLInputType): boolean {
  const named = getNamedType(type);
  return isEnumType(named) || isInputObjectType(named);
}

/** What a literal in a document uses. Variables in it tell by their values. */
export function noteLiteral(type: GraphQLInputType, value: ValueNode, note: NoteCoordinate): void {
  if (isNonNullType(type)) noteLiteral(type.ofType, value, note);
  else if (isListType(type)) {
    const items = value.kind === Kind.LIST ? value.values : [value];
    for (const item of items) noteLiteral(type.ofType, item, note);
  } else if (isEnumType(type)) {
    if (value.kind === Kind.ENUM) note(`${type.name}.${value.value}`);
  } else if (isInputObjectType(type) && value.kind === Kind.OBJECT) {
    note(type.name);
    const fields = type.getFields();
    for (const { name, value: given } of value.fields) {
      const field = fields[name.value];
      if (!field) continue;
      note(`${type.name}.${field.name}`);
      noteLiteral(field.type, given, note);
    }
  }
}

/** Everything that values of the type could use. */
export function noteAll(type: GraphQLInputType, note: NoteCoordinate, met = new Set<string>()): void {
  const named = getNamedType(type);
  if (met.has(named.name)) return;
  met.add(named.name);
  if (isEnumType(named)) for (const { name } of named.getValues()) note(`${named.name}.${name}`);
  if (!isInputObjectType(named)) return;
  note(named.name);
  for (const field of Object.values(named.getFields())) {
    note(`${named.name}.${field.name}`);
    noteAll(field.type, note, met);
  }
}
