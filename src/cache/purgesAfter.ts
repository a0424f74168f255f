import { type FieldNode, Kind, parse } from 'graphql';
import type { FetchShape, Purge, Variables } from '../model/fetchCache.ts';
import type { InvalidateOn } from './cacheOptions.ts';
import { filled, givenTo } from './fetchTags.ts';

/** What `cache.invalidateOn` throws away after a fetch that changes something; null where it names none of its fields. */
export function purgesAfter(
  invalidateOn: InvalidateOn,
  { kind, operation }: FetchShape,
  purge: (what: Purge) => Promise<void>,
): ((variables: Variables) => void) | null {
  if (kind !== 'mutation') return null;
  const [definition] = parse(operation, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return null;
  const fields = definition.selectionSet.selections.filter(
    (selection): selection is FieldNode =>
      selection.kind === Kind.FIELD && Object.hasOwn(invalidateOn, selection.name.value),
  );
  if (fields.length === 0) return null;
  return (variables) => {
    for (const field of fields) {
      const args = givenTo(field, variables);
      for (const written of invalidateOn[field.name.value] ?? []) {
        const what = purgeOf(written, args);
        // A store that is away is told when it is back.
        if (what) purge(what).catch(() => undefined);
      }
    }
  };
}

/** Without the key, where one of its arguments is missing: more is thrown away rather than less. Null for a tag that misses one. */
function purgeOf({ subgraph, type, key, tag }: InvalidateOn[string][number], args: object): Purge | null {
  const filledTag = tag === undefined ? undefined : filled(tag, { args });
  if (filledTag === null) return null;
  const members = Object.entries(key ?? {}).map(
    ([name, format]) => [name, filled(format, { args })] as const,
  );
  const isWhole = key !== undefined && members.every(([, value]) => value !== null);
  return { subgraph, type, key: isWhole ? Object.fromEntries(members) : undefined, tag: filledTag };
}
