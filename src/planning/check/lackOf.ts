import type { GraphQLSchema } from 'graphql';
import { callKey } from '../callKey.ts';
import type { Wanted } from '../wanted.ts';
import type { HeldObject } from './heldObject.ts';

/** What an object lacks of what is wanted, null when it has all; what it has is marked as used. */
export function lackOf(object: HeldObject, wanted: Wanted, schema: GraphQLSchema): string | null {
  for (const { name, field, node, below } of wanted.of(object.type)) {
    // The gateway answers those itself.
    if (field === '__schema' || field === '__type') continue;
    if (field === '__typename') {
      if (object.told !== object.type) return `the type of ${object.type} is not told`;
      continue;
    }
    const held = object.fields.get(name.text);
    if (!held) return `${object.type}.${field} is not had`;
    const call = callKey(schema, object.type, node);
    if (held.call !== call) return `${name.text} is ${held.call}, and was to be ${call}`;
    held.isUsed = true;
    if (!below) continue;
    for (const one of held.objects?.values() ?? []) {
      const lack = lackOf(one, below, schema);
      if (lack !== null) return lack;
    }
  }
  return null;
}
