import { type DefinitionNode, type FieldDefinitionNode, Kind, type TypeNode } from 'graphql';
import type { MessageField } from '../../../model/translation.ts';
import { build } from '../build.ts';
import type { Draft } from '../draft.ts';
import { fieldName, Names, valueName } from '../names.ts';
import type { ProtoMethod, ProtoSchema } from './protoSchema.ts';

const scalarTypes: ReadonlyMap<string, string> = new Map([
  ['double', 'Float'],
  ['float', 'Float'],
  ['int32', 'Int'],
  ['sint32', 'Int'],
  ['sfixed32', 'Int'],
  // Up to 4294967295, which is more than an Int may be and exact as a Float.
  ['uint32', 'Float'],
  ['fixed32', 'Float'],
  ['int64', 'Int64'],
  ['sint64', 'Int64'],
  ['sfixed64', 'Int64'],
  ['uint64', 'UInt64'],
  ['fixed64', 'UInt64'],
  ['bool', 'Boolean'],
  ['string', 'String'],
  ['bytes', 'Bytes'],
  ['google.protobuf.Timestamp', 'Timestamp'],
  ['google.protobuf.Duration', 'Duration'],
  ['google.protobuf.Empty', 'Boolean'],
  ['google.protobuf.FieldMask', 'String'],
  ['google.protobuf.Any', 'JSON'],
  ['google.protobuf.Struct', 'JSON'],
  ['google.protobuf.Value', 'JSON'],
  ['google.protobuf.ListValue', 'JSON'],
  ['google.protobuf.DoubleValue', 'Float'],
  ['google.protobuf.FloatValue', 'Float'],
  ['google.protobuf.Int64Value', 'Int64'],
  ['google.protobuf.UInt64Value', 'UInt64'],
  ['google.protobuf.Int32Value', 'Int'],
  ['google.protobuf.UInt32Value', 'Float'],
  ['google.protobuf.BoolValue', 'Boolean'],
  ['google.protobuf.StringValue', 'String'],
  ['google.protobuf.BytesValue', 'Bytes'],
]);

type Direction = 'output' | 'input';

/** The schema of a .proto file: a field for each method, a type for each message and enum that they reach. */
export function protoDefinitions(schema: ProtoSchema): Draft {
  const writer = new ProtoWriter(schema);
  for (const method of schema.called) writer.addMethod(method);
  return { definitions: writer.definitions(), directives: [], remarks: schema.remarks };
}

class ProtoWriter {
  readonly #schema: ProtoSchema;
  readonly #names = new Names();
  readonly #made = new Map<string, DefinitionNode | null>();
  readonly #roots = {
    Query: new Map<string, FieldDefinitionNode>(),
    Mutation: new Map<string, FieldDefinitionNode>(),
  };

  constructor(schema: ProtoSchema) {
    this.#schema = schema;
  }

  addMethod(method: ProtoMethod): void {
    const { name, service, response, isStream, comment, isRead } = method;
    const fields = this.#roots[isRead ? 'Query' : 'Mutation'];
    const short = fieldName(name);
    const own = fields.has(short) ? fieldName(`${service.split('.').at(-1)}_${name}`) : short;
    const answer = this.#typeOf(response, 'output');
    fields.set(
      own,
      build.field({
        name: own,
        type: isStream ? build.list(answer) : answer,
        description: comment,
        arguments: this.#inputsOf(method.request),
        directives: [build.directive('grpc', { method: `${service}/${name}` })],
      }),
    );
  }

  definitions(): readonly DefinitionNode[] {
    const roots = Object.entries(this.#roots)
      .filter(([, fields]) => fields.size > 0)
      .map(([name, fields]) => objectType(name, [...fields.values()], null));
    return [...roots, ...[...this.#made.values()].filter((made) => made !== null)];
  }

  #typeOf(type: string, direction: Direction): TypeNode {
    const scalar = scalarTypes.get(type);
    if (scalar !== undefined) return build.named(scalar);
    if (this.#schema.enums.has(type)) return build.named(this.#enum(type));
    const message = this.#schema.messages.get(type);
    // Nothing can be selected of a message without fields, nor of one that is not told.
    if (!message || message.fields.length === 0) return build.named('JSON');
    return build.named(this.#message(type, direction));
  }

  #message(type: string, direction: Direction): string {
    const key = `${direction} ${type}`;
    const name = this.#names.type(key, wishes(type, direction === 'input' ? 'Input' : ''));
    if (this.#made.has(key)) return name;
    // Messages hold each other.
    this.#made.set(key, null);
    const { fields = [] } = this.#schema.messages.get(type) ?? {};
    const comment = this.#schema.comments.get(type) ?? null;
    if (direction === 'output') {
      const made = fields.map((field) =>
        build.field({ ...this.#fieldParts(type, field), type: this.#fieldType(type, field, 'output') }),
      );
      this.#made.set(key, objectType(name, made, comment));
    } else {
      this.#made.set(key, {
        kind: Kind.INPUT_OBJECT_TYPE_DEFINITION,
        name: build.name(name),
        ...build.description(comment),
        fields: this.#inputsOf(type),
      });
    }
    return name;
  }

  #inputsOf(type: string) {
    const { fields = [] } = this.#schema.messages.get(type) ?? {};
    return fields.map((field) =>
      build.input({ ...this.#fieldParts(type, field), type: this.#fieldType(type, field, 'input') }),
    );
  }

  #fieldParts(type: string, { name, oneof }: MessageField) {
    const own = fieldName(name);
    const written = this.#schema.comments.get(`${type}.${name}`) ?? '';
    const description = oneof === null ? written : `${written}\nAt most one of "${oneof}" is set.`;
    const directives = own === name ? [] : [build.directive('wire', { name })];
    return { name: own, description, directives };
  }

  #fieldType(owner: string, field: MessageField, direction: Direction): TypeNode {
    const { type, mapKey, isRepeated, name } = field;
    if (mapKey !== null)
      return build.list(build.named(this.#entry(owner, { type, mapKey, name }, direction)));
    const one = this.#typeOf(type, direction);
    return isRepeated ? build.list(one) : one;
  }

  /** The entries of a map, as a list of keys with their values. */
  #entry(
    owner: string,
    { type, mapKey, name }: { type: string; mapKey: string; name: string },
    direction: Direction,
  ): string {
    const key = `${direction} ${owner}.${name}`;
    const short = `${owner.split('.').at(-1)}_${name}_Entry`;
    const called = this.#names.type(key, [direction === 'input' ? `${short}_Input` : short]);
    if (this.#made.has(key)) return called;
    const members = [
      { name: 'key', type: this.#typeOf(mapKey, direction) },
      { name: 'value', type: this.#typeOf(type, direction) },
    ];
    this.#made.set(
      key,
      direction === 'output'
        ? objectType(called, members.map(build.field), null)
        : {
            kind: Kind.INPUT_OBJECT_TYPE_DEFINITION,
            name: build.name(called),
            fields: members.map(build.input),
          },
    );
    return called;
  }

  #enum(type: string): string {
    const name = this.#names.type(type, wishes(type, ''));
    if (this.#made.has(type)) return name;
    const known = [...(this.#schema.enums.get(type)?.values() ?? [])];
    const meant = known.filter((value) => !/(?:^|_)UNSPECIFIED$/.test(value));
    // An enum has a value at least.
    const all = meant.length > 0 ? meant : known;
    const prefix = commonPrefix(all);
    this.#made.set(type, {
      kind: Kind.ENUM_TYPE_DEFINITION,
      name: build.name(name),
      ...build.description(this.#schema.comments.get(type)),
      values: all.map((value) => {
        const own = valueName(value.slice(prefix.length));
        return {
          kind: Kind.ENUM_VALUE_DEFINITION,
          name: build.name(own),
          ...build.description(this.#schema.comments.get(`${type}.${value}`)),
          directives: own === value ? [] : [build.directive('wire', { name: value })],
        };
      }),
    });
    return name;
  }
}

function objectType(
  name: string,
  fields: readonly FieldDefinitionNode[],
  comment: string | null,
): DefinitionNode {
  return { kind: Kind.OBJECT_TYPE_DEFINITION, name: build.name(name), ...build.description(comment), fields };
}

/** `atlas.v1.Airport.Type` as `Type` where nobody else is called so, then `AirportType`, then all of it. */
function wishes(type: string, suffix: string): readonly string[] {
  const steps = type.split('.');
  return steps.map((_, index) => `${steps.slice(steps.length - 1 - index).join('_')}${suffix}`);
}

/** Protobuf wants `AIRPORT_TYPE_` before each value, since its values share one space. */
function commonPrefix(values: readonly string[]): string {
  const [first = ''] = values;
  if (values.length < 2) return '';
  let length = first.length;
  for (const value of values) while (!value.startsWith(first.slice(0, length))) length -= 1;
  const prefix = first.slice(0, length).replace(/[^_]*$/, '');
  return values.every((value) => /^[A-Za-z]/.test(value.slice(prefix.length))) ? prefix : '';
}
