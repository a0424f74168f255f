import { type ValueNode, valueFromASTUntyped } from 'graphql';
import type { TranslatedInput, Translation } from '../../../model/translation.ts';
import { toWire } from './toWire.ts';
import type { WireObject } from './wireObject.ts';

/** Arguments as the service knows them, by their names in the schema and by those of the service. */
export interface WireArguments {
  readonly byName: ReadonlyMap<string, unknown>;
  readonly byWire: WireObject;
}

/** The arguments of a field, with defaults, in the service's words. */
export function wireArguments(
  given: ReadonlyMap<string, ValueNode>,
  known: ReadonlyMap<string, TranslatedInput>,
  { translation, variables }: { translation: Translation; variables: Readonly<Record<string, unknown>> },
): WireArguments {
  const byName = new Map<string, unknown>();
  const byWire: Record<string, unknown> = Object.create(null);
  for (const [name, input] of known) {
    const node = given.get(name);
    const sent = node && valueFromASTUntyped(node, variables as Record<string, unknown>);
    const value = sent === undefined ? input.default && valueFromASTUntyped(input.default) : sent;
    if (value === null || value === undefined) continue;
    const wire = toWire(input.type, value, translation);
    byName.set(name, wire);
    byWire[input.wire] = wire;
  }
  return { byName, byWire };
}
