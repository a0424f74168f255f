import { readFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { describe, expect, test } from '@jest/globals';
import { type FieldDefinitionNode, Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { subgraphNames } from '../support/startExampleSubgraph.ts';

const root = new URL('../../', import.meta.url);
const schemas = subgraphNames.map((name) => ({
  name,
  typeDefs: parse(readFileSync(new URL(`subgraphs/${name}/schema.graphql`, root), 'utf8')),
}));

function objectTypes(typeDefs: (typeof schemas)[number]['typeDefs']): ObjectTypeDefinitionNode[] {
  return typeDefs.definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION);
}

function keyOf(type: ObjectTypeDefinitionNode): string | undefined {
  const fields = type.directives?.find((directive) => directive.name.value === 'key')?.arguments?.[0]?.value;
  return fields?.kind === Kind.STRING ? fields.value : undefined;
}

describe('the schemas of the example subgraphs', () => {
  test('compose without errors or hints', () => {
    const result = composeServices(
      schemas.map((schema) => ({ ...schema, url: `http://${schema.name}.test` })),
    );
    expect(result.errors ?? []).toEqual([]);
    // A publish tells all of them but these.
    const told = (result.hints ?? []).filter(({ definition }) => definition.level.name !== 'DEBUG');
    expect(told.map(({ message }) => message)).toEqual([]);
    expect(result.supergraphSdl).toContain('type Trip');
  });

  test('have every root field and every field of an entity but its key nullable, so that a failing subgraph nulls only its own', () => {
    const nonNull = schemas.flatMap(({ name, typeDefs }) =>
      objectTypes(typeDefs)
        .filter((type) => keyOf(type) !== undefined || ['Query', 'Mutation'].includes(type.name.value))
        .flatMap((type) =>
          strictFields(type).map((field) => `${name}: ${type.name.value}.${field.name.value}`),
        ),
    );
    expect(nonNull).toEqual([]);
  });

  test('are the ones that supergraph.yaml lists, each with how to start it; two are made of what services say of themselves', () => {
    const written = parseYaml(readFileSync(new URL('supergraph.yaml', root), 'utf8'));
    const described = new Map<string, object>([
      ['airports', { proto: 'subgraphs/airports/airports.proto' }],
      ['currencies', { openapi: 'subgraphs/currencies/openapi.yaml' }],
    ]);
    const expected = subgraphNames.map((name, position) => {
      const from = described.get(name);
      const url = `http://127.0.0.1:${4101 + position}`;
      return [
        name,
        {
          routing_url: from ? url : `${url}/graphql`,
          schema: from
            ? { ...from, mapping: `subgraphs/${name}/mapping.graphql` }
            : { file: `subgraphs/${name}/schema.graphql` },
          dev: { command: `node subgraphs/${name}/server.ts` },
        },
      ];
    });
    expect(written.federation_version).toBe('=2.14');
    expect(written.subgraphs).toMatchObject(Object.fromEntries(expected));
  });
});

function strictFields(type: ObjectTypeDefinitionNode): FieldDefinitionNode[] {
  const key = keyOf(type);
  return (type.fields ?? []).filter(
    (field) => field.type.kind === Kind.NON_NULL_TYPE && field.name.value !== key,
  );
}
