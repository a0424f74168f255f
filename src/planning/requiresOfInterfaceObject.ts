import { Kind, visit } from 'graphql';
import type { AskedOperation } from './askedOperation.ts';
import type { JoinedSupergraph } from './joined/joinedSupergraph.ts';

/** Whether an operation asks a field, by its name, that an interface object has with `@requires`. */
export function requiresOfInterfaceObject(
  { definition, fragments }: AskedOperation,
  { subgraphs }: JoinedSupergraph,
): boolean {
  const names = new Set<string>();
  for (const { interfaceObjects } of subgraphs.values())
    for (const { fields } of interfaceObjects)
      for (const [name, { requires }] of fields) if (requires) names.add(name);
  if (names.size === 0) return false;
  let isAsked = false;
  visit(
    { kind: Kind.DOCUMENT, definitions: [definition, ...fragments.values()] },
    {
      [Kind.FIELD]({ name }) {
        if (names.has(name.value)) isAsked = true;
      },
    },
  );
  return isAsked;
}
