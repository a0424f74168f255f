import type protobuf from 'protobufjs';
import type { Message, MessageField } from '../../../model/translation.ts';
import type { MessageTable } from '../../messageTable.ts';
import { TranslationFault } from '../../translationFault.ts';
import type { Draft } from '../draft.ts';
import { protoDefinitions } from './protoDefinitions.ts';
import type { ProtoMethod, ProtoSchema } from './protoSchema.ts';

const safeName = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;
const readName =
  /^(?:Get|List|BatchGet|BatchList|Search|Find|Lookup|Query|Fetch|Count|Check|Describe|Read|Resolve|Stream|Watch|Nearby)/;

/** SDL definitions and the table of messages, of what was read from `from`. */
export function importProto(root: protobuf.Root, from: string): Draft & { readonly table: MessageTable } {
  const schema = schemaOf(root);
  if (schema.called.length === 0)
    throw new TranslationFault(`${from} has no method that can be asked: nothing of it would be left.`);
  return { table: schema, ...protoDefinitions(schema) };
}

function schemaOf(root: protobuf.Root): ProtoSchema {
  const messages = new Map<string, Message>();
  const enums = new Map<string, ReadonlyMap<number, string>>();
  const called: ProtoMethod[] = [];
  const comments = new Map<string, string>();
  const remarks: string[] = [];
  const tell = (named: { readonly fullName: string; readonly comment: string | null }): void => {
    if (named.comment) comments.set(named.fullName.slice(1), named.comment);
  };

  function visit(namespace: protobuf.NamespaceBase): void {
    for (const nested of namespace.nestedArray) {
      const name = nested.fullName.slice(1);
      if (!safeName.test(name) || name.split('.').includes('__proto__')) {
        remarks.push(`${name.slice(0, 100)}: left out, since its name is none of GraphQL.`);
        continue;
      }
      if (isType(nested)) {
        if (!name.startsWith('google.protobuf.')) messages.set(name, messageOf(nested));
        tell(nested);
        visit(nested);
      } else if (isEnum(nested)) {
        enums.set(
          name,
          new Map(Object.entries(nested.values).map(([value, number]) => [number, value] as const)),
        );
        tell(nested);
        for (const [value, comment] of Object.entries(nested.comments ?? {}))
          if (comment) comments.set(`${name}.${value}`, comment);
      } else if (isService(nested)) for (const method of nested.methodsArray) addMethod(method, name);
      else if ('nestedArray' in nested) visit(nested as protobuf.NamespaceBase);
    }
  }
  function messageOf(type: protobuf.Type): Message {
    const fields: MessageField[] = [];
    for (const field of type.fieldsArray) {
      tell(field);
      const read = fieldOf(field);
      if (typeof read === 'string')
        remarks.push(`${type.fullName.slice(1)}.${field.name}: left out, ${read}.`);
      else fields.push(read);
    }
    return { name: type.fullName.slice(1), fields };
  }
  function addMethod(method: protobuf.Method, service: string): void {
    const { name, requestStream, responseStream, resolvedRequestType, resolvedResponseType } = method;
    if (requestStream) {
      remarks.push(`${service}/${name}: left out, since it wants a stream from the client.`);
      return;
    }
    if (!resolvedRequestType || !resolvedResponseType) return;
    const options = JSON.stringify(method.options ?? {});
    called.push({
      service,
      name,
      path: `/${service}/${name}`,
      request: resolvedRequestType.fullName.slice(1),
      response: resolvedResponseType.fullName.slice(1),
      isStream: responseStream === true,
      comment: method.comment,
      isRead: /NO_SIDE_EFFECTS|\(google\.api\.http\)\.get"/.test(options) || readName.test(name),
    });
  }

  visit(root);
  const methods = new Map(called.map((method) => [method.path.slice(1), method]));
  return { messages, enums, methods, called, comments, remarks };
}

/** A field, or why it is left out. */
function fieldOf(field: protobuf.Field): MessageField | string {
  const { resolvedType, partOf } = field;
  if (!/^[A-Za-z]\w*$/.test(field.name)) return 'since its name is none of GraphQL';
  if (field.delimited) return 'since groups are not read';
  if (field.extend !== undefined) return 'since extensions are not read';
  const mapKey = field.map ? (field as unknown as protobuf.MapField).keyType : null;
  const isOptional = field.hasPresence && !resolvedMessage(field);
  const oneof = partOf && !isForOptional(partOf) ? partOf.name : null;
  return {
    number: field.id,
    name: field.name,
    type: resolvedType ? resolvedType.fullName.slice(1) : field.type,
    mapKey,
    isRepeated: field.repeated && !field.map,
    hasPresence: isOptional || oneof !== null,
    oneof,
  };
}

/** Compiled files have a oneof of its own for each optional field; not all compilers say which are such. */
function isForOptional({ isProto3Optional, fieldsArray, name }: protobuf.OneOf): boolean {
  return isProto3Optional || (fieldsArray.length === 1 && name === `_${fieldsArray[0]?.name}`);
}

function resolvedMessage({ resolvedType }: protobuf.Field): boolean {
  return resolvedType !== null && isType(resolvedType);
}

function isType(found: protobuf.ReflectionObject): found is protobuf.Type {
  return 'fieldsArray' in found;
}

function isEnum(found: protobuf.ReflectionObject): found is protobuf.Enum {
  return 'valuesById' in found;
}

function isService(found: protobuf.ReflectionObject): found is protobuf.Service {
  return 'methodsArray' in found;
}
