import type { GrpcMethod, Message, MessageField } from '../model/translation.ts';

/** What a .proto file says, as far as it is asked for. */
export interface MessageTable {
  readonly messages: ReadonlyMap<string, Message>;
  readonly enums: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** By `package.Service/Method`. */
  readonly methods: ReadonlyMap<string, GrpcMethod>;
}

const name = '[A-Za-z_][\\w]*';
const fullName = `${name}(?:\\.${name})*`;
const heading = new RegExp(`^(message|enum) (${fullName})$`);
const method = new RegExp(`^method (${fullName}/${name}) (${fullName}) (stream )?(${fullName})$`);
const field = new RegExp(
  `^(\\d{1,9}) (${name}) (?:(optional|repeated) |map (\\w+) |oneof (${name}) )?(${fullName})$`,
);
const enumValue = new RegExp(`^(-?\\d{1,10}) (${name})$`);

/** Reads the lines that `printMessageTable` wrote; throws an Error that says which line is none. */
export function readMessageTable(text: string): MessageTable {
  const messages = new Map<string, Message>();
  const enums = new Map<string, Map<number, string>>();
  const methods = new Map<string, GrpcMethod>();
  let fields: MessageField[] | null = null;
  let values: Map<number, string> | null = null;
  for (const written of text.split('\n')) {
    const line = written.trim();
    if (line === '') continue;
    const head = heading.exec(line);
    const called = method.exec(line);
    if (head) {
      fields = head[1] === 'message' ? [] : null;
      values = head[1] === 'enum' ? new Map() : null;
      const named = head[2] ?? '';
      if (fields) messages.set(named, { name: named, fields });
      if (values) enums.set(named, values);
    } else if (called) {
      const [, path = '', request = '', stream, response = ''] = called;
      methods.set(path, { path: `/${path}`, request, response, isStream: stream !== undefined });
    } else if (fields) fields.push(readField(line));
    else if (values) {
      const value = enumValue.exec(line);
      if (!value) throw unreadable(line);
      values.set(Number(value[1]), value[2] ?? '');
    } else throw unreadable(line);
  }
  for (const message of messages.values())
    for (const { type } of message.fields)
      if (
        type.includes('.') &&
        !messages.has(type) &&
        !enums.has(type) &&
        !type.startsWith('google.protobuf.')
      )
        throw new Error(`"${message.name}" has a field of "${type}", which is not in the list`);
  return { messages, enums, methods };
}

function readField(line: string): MessageField {
  const read = field.exec(line);
  if (!read) throw unreadable(line);
  const [, number, called = '', label, mapKey = null, oneof = null, type = ''] = read;
  return {
    number: Number(number),
    name: called,
    type,
    mapKey,
    isRepeated: label === 'repeated',
    hasPresence: label === 'optional' || oneof !== null,
    oneof,
  };
}

function unreadable(line: string): Error {
  return new Error(`"${line.slice(0, 100)}" is no line of a list of messages`);
}

/** As lines, in an order that does not change from run to run. */
export function printMessageTable({ messages, enums, methods }: MessageTable): string {
  const lines: string[] = [];
  for (const [path, { request, response, isStream }] of sorted(methods))
    lines.push(`method ${path} ${request} ${isStream ? 'stream ' : ''}${response}`);
  for (const [called, { fields }] of sorted(messages)) {
    lines.push(`message ${called}`);
    for (const each of [...fields].sort((a, b) => a.number - b.number)) lines.push(`  ${fieldLine(each)}`);
  }
  for (const [called, values] of sorted(enums)) {
    lines.push(`enum ${called}`);
    for (const [number, value] of values) lines.push(`  ${number} ${value}`);
  }
  return lines.join('\n');
}

function fieldLine({
  number,
  name: called,
  type,
  mapKey,
  isRepeated,
  hasPresence,
  oneof,
}: MessageField): string {
  const label =
    mapKey !== null
      ? `map ${mapKey} `
      : oneof !== null
        ? `oneof ${oneof} `
        : isRepeated
          ? 'repeated '
          : hasPresence
            ? 'optional '
            : '';
  return `${number} ${called} ${label}${type}`;
}

function sorted<Value>(map: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
