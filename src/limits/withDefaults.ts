import { valueFromASTUntyped } from 'graphql';
import type { Operation } from '../model/operation.ts';

/** The variables of an operation, and the defaults of those that were not sent. */
export function withDefaults({ definition, variables }: Operation): Readonly<Record<string, unknown>> {
  const missing = (definition.variableDefinitions ?? []).filter(
    ({ variable, defaultValue }) => defaultValue && variables[variable.name.value] === undefined,
  );
  if (missing.length === 0) return variables;
  const complete: Record<string, unknown> = Object.assign(Object.create(null), variables);
  for (const { variable, defaultValue } of missing)
    if (defaultValue) complete[variable.name.value] = valueFromASTUntyped(defaultValue);
  return complete;
}
