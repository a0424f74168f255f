import { valueFromASTUntyped } from 'graphql';
import type { Place } from './selectedFields.ts';

/** The value of an argument, or at a path inside of it such as `input.first`: as given, or as the schema has it when nothing is. */
export function givenValue(
  { parent, node }: Place,
  path: string,
  variables: Readonly<Record<string, unknown>>,
): unknown {
  const [name = '', ...inside] = path.split('.');
  const argument = node.arguments?.find((each) => each.name.value === name);
  const given = argument && valueFromASTUntyped(argument.value, variables as { [name: string]: unknown });
  const field = 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
  const value = given === undefined ? field?.args.find((each) => each.name === name)?.defaultValue : given;
  return inside.reduce<unknown>((outer, key) => ownValue(outer, key), value);
}

function ownValue(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
