import type { Message, MessageField } from '../../../model/translation.ts';
import { isWireObject, ownMember, type WireObject } from '../translated/wireObject.ts';
import { wholeWithin } from './wholeWithin.ts';

/** A type of `google.protobuf` that is something plainer to everybody: as its message on the wire, and as the value it stands for. */
export interface WellKnown {
  readonly message: Message;
  fromMessage(message: WireObject): unknown;
  /** Throws a RangeError that says what was found and what is allowed. */
  toMessage(value: unknown): WireObject;
}

const prefix = 'google.protobuf.';

function message(
  name: string,
  fields: readonly (Partial<MessageField> & Pick<MessageField, 'number' | 'name' | 'type'>)[],
): Message {
  return {
    name: prefix + name,
    fields: fields.map((field) => ({
      mapKey: null,
      isRepeated: false,
      hasPresence: false,
      oneof: null,
      ...field,
    })),
  };
}

const wrapped = [
  ['DoubleValue', 'double'],
  ['FloatValue', 'float'],
  ['Int64Value', 'int64'],
  ['UInt64Value', 'uint64'],
  ['Int32Value', 'int32'],
  ['UInt32Value', 'uint32'],
  ['BoolValue', 'bool'],
  ['StringValue', 'string'],
  ['BytesValue', 'bytes'],
] as const;

const secondsAndNanos = [
  { number: 1, name: 'seconds', type: 'int64' },
  { number: 2, name: 'nanos', type: 'int32' },
];

const present = { hasPresence: true, oneof: 'kind' };

const list: readonly WellKnown[] = [
  ...wrapped.map(
    ([name, type]): WellKnown => ({
      message: message(name, [{ number: 1, name: 'value', type }]),
      fromMessage: ({ value }) => value,
      toMessage: (value) => ({ value }),
    }),
  ),
  { message: message('Timestamp', secondsAndNanos), fromMessage: timestampText, toMessage: timestampOf },
  { message: message('Duration', secondsAndNanos), fromMessage: durationText, toMessage: durationOf },
  { message: message('Empty', []), fromMessage: () => true, toMessage: () => ({}) },
  {
    message: message('FieldMask', [{ number: 1, name: 'paths', type: 'string', isRepeated: true }]),
    fromMessage: ({ paths }) => (paths as string[]).join(','),
    toMessage: (text) => ({ paths: String(text).split(',').filter(Boolean) }),
  },
  {
    message: message('Any', [
      { number: 1, name: 'type_url', type: 'string' },
      { number: 2, name: 'value', type: 'bytes' },
    ]),
    fromMessage: ({ type_url: typeUrl, value }) => ({ typeUrl, value }),
    toMessage: (any) =>
      isWireObject(any)
        ? { type_url: ownMember(any, 'typeUrl') ?? '', value: ownMember(any, 'value') ?? '' }
        : {},
  },
  {
    message: message('Struct', [{ number: 1, name: 'fields', type: `${prefix}Value`, mapKey: 'string' }]),
    fromMessage: ({ fields }) =>
      Object.fromEntries((fields as { key: string; value: unknown }[]).map(({ key, value }) => [key, value])),
    toMessage: (value) => ({
      fields: Object.entries(isWireObject(value) ? value : {}).map(([key, member]) => ({
        key,
        value: member,
      })),
    }),
  },
  {
    message: message('ListValue', [{ number: 1, name: 'values', type: `${prefix}Value`, isRepeated: true }]),
    fromMessage: ({ values }) => values,
    toMessage: (values) => ({ values: Array.isArray(values) ? values : [] }),
  },
  {
    message: message('Value', [
      { number: 1, name: 'null_value', type: 'int32', ...present },
      { number: 2, name: 'number_value', type: 'double', ...present },
      { number: 3, name: 'string_value', type: 'string', ...present },
      { number: 4, name: 'bool_value', type: 'bool', ...present },
      { number: 5, name: 'struct_value', type: `${prefix}Struct`, ...present },
      { number: 6, name: 'list_value', type: `${prefix}ListValue`, ...present },
    ]),
    fromMessage: ({ number_value, string_value, bool_value, struct_value, list_value }) =>
      number_value ?? string_value ?? bool_value ?? struct_value ?? list_value ?? null,
    toMessage: jsonValue,
  },
];

export const wellKnown: ReadonlyMap<string, WellKnown> = new Map(
  list.map((each) => [each.message.name, each]),
);

function jsonValue(value: unknown): WireObject {
  if (value === null || value === undefined) return { null_value: 0 };
  if (typeof value === 'number') return { number_value: value };
  if (typeof value === 'string') return { string_value: value };
  if (typeof value === 'boolean') return { bool_value: value };
  return Array.isArray(value) ? { list_value: value } : { struct_value: value };
}

function timestampText({ seconds, nanos }: WireObject): string | null {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return null;
  return date.toISOString().replace('.000Z', `${fraction(Number(nanos))}Z`);
}

function timestampOf(value: unknown): WireObject {
  const [, whole = '', digits = '', zone = ''] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(String(value)) ?? [];
  const ms = Date.parse(`${whole}${zone}`);
  if (whole === '' || Number.isNaN(ms))
    throw new RangeError(`expected a time such as 2026-01-31T12:00:00Z, found ${JSON.stringify(value)}`);
  return { seconds: ms / 1000, nanos: Number(digits.padEnd(9, '0')) };
}

function durationText({ seconds, nanos }: WireObject): string {
  const isNegative = Number(seconds) < 0 || Number(nanos) < 0;
  const digits = String(seconds).replace('-', '');
  return `${isNegative ? '-' : ''}${digits}${fraction(Math.abs(Number(nanos)))}s`;
}

function durationOf(value: unknown): WireObject {
  const [, sign, seconds, digits = ''] = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(String(value)) ?? [];
  if (seconds === undefined)
    throw new RangeError(`expected a duration in seconds such as 1.5s, found ${JSON.stringify(value)}`);
  const whole = Number(wholeWithin(seconds, { min: 0n, max: 315_576_000_000n }));
  const nanos = Number(digits.padEnd(9, '0'));
  return sign === '-' ? { seconds: -whole, nanos: -nanos } : { seconds: whole, nanos };
}

function fraction(nanos: number): string {
  return nanos > 0
    ? `.${String(nanos)
        .padStart(9, '0')
        .replace(/(?:000){1,2}$/, '')}`
    : '';
}
