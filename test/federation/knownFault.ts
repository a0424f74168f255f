import { Kind, parse, visit } from 'graphql';
import type { FederationCase } from './checkCase.ts';
import type { FederatedModel, RequiredField } from './federatedModel.ts';

/** Faults of Apollo's gateway code; what they touch is left out of the comparison, and counted. */
export type KnownFault = 'interface object without a type' | 'required name taken' | 'other';

/** The fault that explains a difference of the reference engine. What the compiled engine answers has no such excuse. */
export function knownFault(failing: FederationCase & { readonly difference: string }): KnownFault {
  if (failing.difference.includes('We should have an edge from')) return 'interface object without a type';
  return takesRequiredName(failing) ? 'required name taken' : 'other';
}

/**
 * Apollo's planner merges selections by response name without looking at arguments: a field the client asks under the name of a
 * required one, with other arguments or of another field, gets into the representation.
 */
function takesRequiredName({ model, operation }: FederationCase): boolean {
  const required = requiredNames(model);
  let taken = false;
  visit(parse(operation.text), {
    [Kind.FIELD](field) {
      const responseName = (field.alias ?? field.name).value;
      const isOther = field.alias !== undefined && field.alias.value !== field.name.value;
      if (required.has(responseName) && (isOther || /[123]$/.test(field.name.value))) taken = true;
    },
  });
  return taken;
}

function requiredNames(model: FederatedModel): ReadonlySet<string> {
  const names = new Set(['id', 'code', 'region']);
  function add(fields: readonly RequiredField[]): void {
    for (const { name, fields: below } of fields) {
      names.add(name);
      if (below) add(below);
    }
  }
  const fields = [...model.entities.flatMap((entity) => entity.fields), ...(model.media?.fields ?? [])];
  for (const { requires } of fields) if (requires) add(requires);
  return names;
}
