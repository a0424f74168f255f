import { type ObjectValueNode, visit } from 'graphql';
import type { Translation } from '../../../model/translation.ts';
import type { Asking, SelectedObject } from './selectedObject.ts';
import type { Wanted } from './wanted.ts';

/** What is looked at in the whole answer; null for all of it. */
export function wantedIn(
  { ask, below }: Pick<Asking, 'ask' | 'below'>,
  translation: Translation,
): Wanted | null {
  const { result, batch, pages } = ask;
  if (pages || (below === null && result.length === 0 && !batch)) return null;
  const value = below && membersOf(below, translation);
  if (!batch) return along(result, value);
  const item = along(batch.value, value);
  const named = batch.by === null ? item : item && new Map([[batch.by, null], ...item]);
  return along(result, named);
}

function along(way: readonly string[], end: Wanted | null): Wanted | null {
  return way.reduceRight<Wanted | null>((below, step) => new Map([[step, below]]), end);
}

/** What is looked at in objects that are selected. */
export function membersOf({ type, fields }: SelectedObject, translation: Translation): Wanted {
  const owner = translation.types.get(type);
  const wireOf = (name: string): string =>
    (owner?.kind === 'object' ? owner.fields.get(name)?.wire : undefined) ?? name;
  const wanted = new Map<string, Wanted | null>();
  for (const { field, below } of fields) {
    if (field === null) continue;
    if (field.ask) for (const name of field.ask.names) wanted.set(wireOf(name), null);
    else if (field.refers) for (const name of namesIn(field.refers)) wanted.set(wireOf(name), null);
    else wanted.set(field.wire, merged(wanted, field.wire, below && membersOf(below, translation)));
  }
  // Of an entity that is only referred to, its key is what it is asked for with.
  const entity = owner?.kind === 'object' ? owner.entity : null;
  for (const name of entity?.names ?? []) if (!wanted.has(wireOf(name))) wanted.set(wireOf(name), null);
  return wanted;
}

/** The same member may be selected twice, under two names. */
function merged(known: Wanted, name: string, more: Wanted | null): Wanted | null {
  const before = known.get(name);
  if (before === undefined) return more;
  if (!before || !more) return null;
  const both = new Map(before);
  for (const [member, below] of more) both.set(member, merged(both, member, below));
  return both;
}

function namesIn(node: ObjectValueNode): readonly string[] {
  const names: string[] = [];
  visit(node, { Variable: ({ name }) => void names.push(name.value) });
  return names;
}
