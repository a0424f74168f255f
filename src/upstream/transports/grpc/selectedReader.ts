import { Kind } from 'graphql';
import type { TranslatedType, Translation } from '../../../model/translation.ts';
import { leafValue } from '../translated/leafValue.ts';
import type { SelectedField, SelectedObject } from '../translated/selectedObject.ts';
import { MessageReader, type ReadField, type Reads } from './messageReader.ts';
import type { FieldType, MessageType } from './messageTypes.ts';

interface Parts {
  readonly types: Translation['types'];
  /** Reads all of a message. */
  readonly whole: (type: MessageType) => Reads;
}

/**
 * Reads messages as the objects of the result that are selected of them. Null where more is to be done than to take what was sent: something
 * is asked for besides, or the schema says something else than the message.
 */
export function selectedReader(
  selected: SelectedObject,
  message: MessageType,
  parts: Parts,
): MessageReader | null {
  if (message.known) return null;
  const sent = new Map([...message.fields().values()].map((field) => [field.name, field]));
  const fields = new Map<string, ReadField>();
  const constants: Record<string, unknown> = {};
  for (const each of selected.fields) {
    if (each.key === '__proto__') return null;
    constants[each.key] = selected.type;
    if (!each.field) continue;
    const field = sent.get(wireOf(each, selected.type, parts) ?? '');
    if (!field || fields.has(field.name)) return null;
    const read = each.field.refers ? referred(each, field) : taken(each, field, parts);
    if (!read) return null;
    fields.set(field.name, read);
  }
  return new MessageReader(() => [...fields.values()], { constants });
}

/** What the service calls the one member it is made of; null where it is not that simple. */
function wireOf({ field, asking }: SelectedField, owner: string, { types }: Parts): string | null {
  if (!field || asking) return null;
  if (!field.refers) return field.wire;
  const [only, ...others] = field.refers.fields;
  if (only?.value.kind !== Kind.VARIABLE || others.length > 0) return null;
  const name = only.value.name.value;
  const type = types.get(owner);
  return (type?.kind === 'object' ? type.fields.get(name)?.wire : undefined) ?? name;
}

function taken(
  { key, field: selected, below }: SelectedField,
  field: FieldType,
  parts: Parts,
): ReadField | null {
  const { name, lists } = selected?.type ?? { name: '', lists: 0 };
  if (field.mapKey !== null || lists !== (field.isRepeated ? 1 : 0)) return null;
  if (below) {
    const inner = field.below && selectedReader(below, field.below, parts);
    return inner && { field, key, below: inner, convert: null };
  }
  if (field.below && !field.below.known) return null;
  return {
    field,
    key,
    below: field.below && parts.whole(field.below),
    convert: field.below ? leafOf(name, parts.types.get(name)) : scalarOf(name, parts.types.get(name)),
  };
}

/** An object that is no more than the key it is found by. */
function referred({ key, field: selected, below }: SelectedField, field: FieldType): ReadField | null {
  const member = selected?.refers?.fields[0]?.name.value;
  if (!below || !field.scalar || field.isRepeated || field.mapKey !== null) return null;
  const isMember = (each: SelectedField): boolean => each.field === null || each.leaf?.wire === member;
  if (!below.fields.every((each) => isMember(each) && each.key !== '__proto__')) return null;
  const convert = (value: unknown): unknown =>
    Object.fromEntries(
      below.fields.map(({ key: name, field: one, leaf }) => [
        name,
        one === null ? below.type : leaf?.isId ? String(value) : value,
      ]),
    );
  return { field, key, below: null, convert };
}

/** What is made of a scalar of protobuf; null for nothing. */
function scalarOf(name: string, type: TranslatedType | undefined): ReadField['convert'] {
  const isChanged = type?.kind === 'enum' || name === 'ID' || name === 'Int64' || name === 'UInt64';
  return isChanged ? leafOf(name, type) : null;
}

function leafOf(name: string, type: TranslatedType | undefined): (value: unknown) => unknown {
  // All numbers of protobuf are exact.
  return (value) => (value === null || value === undefined ? null : leafValue(name, type, value, () => null));
}
