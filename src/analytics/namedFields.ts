import {
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { tellsMore } from './noteLiteral.ts';

/** A field of a type by its name, with what there is to know of it. */
export interface NamedField {
  /** `Type.field`. */
  readonly coordinate: string;
  /** Of its value, without lists and non-null. */
  readonly type: GraphQLNamedType;
  readonly arguments: ReadonlyMap<string, NamedArgument>;
}

export interface NamedArgument {
  /** `Type.field(argument:)`. */
  readonly coordinate: string;
  readonly type: GraphQLInputType;
  /** Whether values may tell of enum values or input fields. */
  readonly tellsMore: boolean;
}

export interface NamedFields {
  /** Null for what is no field of the type: `__typename`, and what asks for the schema itself. */
  of(parent: GraphQLNamedType, name: string): NamedField | null;
}

/** The fields of one schema; asking graphql-js for them anew at each selection takes ten times as long. */
export function createNamedFields(): NamedFields {
  const known = new Map<GraphQLNamedType, ReadonlyMap<string, NamedField>>();
  return {
    of(parent, name) {
      const fields = known.get(parent) ?? fieldsOf(parent);
      known.set(parent, fields);
      return fields.get(name) ?? null;
    },
  };
}

function fieldsOf(parent: GraphQLNamedType): ReadonlyMap<string, NamedField> {
  if (!isObjectType(parent) && !isInterfaceType(parent)) return new Map();
  const fields = Object.values(parent.getFields());
  return new Map(
    fields.map(({ name, type, args }) => {
      const coordinate = `${parent.name}.${name}`;
      const named = args.map((argument): [string, NamedArgument] => [
        argument.name,
        {
          coordinate: `${coordinate}(${argument.name}:)`,
          type: argument.type,
          tellsMore: tellsMore(argument.type),
        },
      ]);
      return [name, { coordinate, type: getNamedType(type), arguments: new Map(named) }];
    }),
  );
}
