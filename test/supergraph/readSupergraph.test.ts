import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { printSchema } from 'graphql';
import { readSupergraph } from '../../src/supergraph/supergraph.ts';
import { type Composing, startComposing } from '../support/startComposing.ts';

let composing: Composing;
beforeAll(async () => {
  composing = await startComposing();
});
afterAll(() => composing.close());

test.each([
  ['as it is', ', "@inaccessible"', 'inaccessible'],
  ['renamed', ', {name: "@inaccessible", as: "@hidden"}', 'hidden'],
  ['by its namespace', '', 'federation__inaccessible'],
])(
  'what is inaccessible is hidden from clients when the directive is imported %s',
  async (_how, imports, name) => {
    const { sdl } = await composing.published({
      trips: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"${imports}])
      type Query { trips: [Trip] } type Trip @key(fields: "id") { id: ID! secret: String @${name} kept: Kept @${name} }
      type Kept @${name} { id: ID! }`,
    });
    const { apiSchema, fullSchema } = readSupergraph(sdl);
    expect(printSchema(apiSchema)).toBe('type Query {\n  trips: [Trip]\n}\n\ntype Trip {\n  id: ID!\n}');
    expect(printSchema(fullSchema)).toContain('secret');
  },
);
