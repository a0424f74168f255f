import { getNamedType, isInterfaceType, isObjectType } from 'graphql';
import type { WalkRules } from './typeWalk.ts';

/** How a type, or a field by its coordinate, stands in the schema, and what is said of keeping it; as one text, to be compared. */
export function declaration(name: string, { schema, said }: Pick<WalkRules, 'schema' | 'said'>): string {
  const [typeName = '', fieldName] = name.split('.');
  const type = schema.getType(typeName);
  const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const lines = fields
    .filter((field) => fieldName === undefined || field.name === fieldName)
    .map((field) => {
      const given = field.args.map((argument) => `${argument.name}:${String(argument.type)}`).join();
      const words = [said.get(`${typeName}.${field.name}`), said.get(getNamedType(field.type).name)];
      return `${field.name}(${given}):${String(field.type)} ${JSON.stringify(words)}`;
    });
  return [JSON.stringify(said.get(typeName) ?? null), ...lines].join('\n');
}
