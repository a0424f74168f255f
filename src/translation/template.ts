import { Kind, type ObjectValueNode, parseValue, type ValueNode } from 'graphql';
import { TranslationFault } from './translationFault.ts';

/** An object as GraphQL writes it, with `$name` for what is put in. */
export function template(text: string, at: string): ObjectValueNode {
  const value = anyTemplate(text, at);
  if (value.kind === Kind.OBJECT) return value;
  throw new TranslationFault(`${at} is "${text}"; expected an object such as { code: $code }.`);
}

export function anyTemplate(text: string, at: string): ValueNode {
  try {
    return parseValue(text, { noLocation: true });
  } catch {
    throw new TranslationFault(`${at} is "${text}"; expected a value such as $code or { code: $code }.`);
  }
}
