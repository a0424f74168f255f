import { validateSatisfiability } from '@apollo/composition';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildASTSchema, type DocumentNode, parse, print, validateSchema } from 'graphql';
import { pruneSupergraph, sharedFields } from '../../src/planning/planning.ts';
import { supergraphOf } from './planningFixture.ts';

const entity = (fields: string) => `type T @key(fields: "id") { id: ID! ${fields} }`;

function sharedIn(subgraphs: Record<string, string>): Record<string, Record<string, readonly string[]>> {
  const shared = sharedFields(parse(supergraphOf({ root: 'type Query { t: T }', ...subgraphs })));
  return Object.fromEntries([...shared].map(([type, fields]) => [type, Object.fromEntries(fields)]));
}

describe('fields that may be left to one subgraph', () => {
  test('are those an entity has in several, reachable by one key', () => {
    expect(
      sharedIn({
        root: `type Query { t: T } ${entity('name: String @shareable')}`,
        a: entity('name: String @shareable own: Int more: Int @shareable'),
        b: entity('name: String @shareable more: Int @shareable'),
      }),
    ).toEqual({ T: { name: ['A', 'B', 'ROOT'], more: ['A', 'B'] } });
  });

  test.each([
    ['the key itself', '', ''],
    [
      'a field that a key of another type mentions',
      'name: String @shareable',
      'name: String @shareable } type U @key(fields: "t { name }") { t: T name: String',
    ],
    [
      'a field of an object without a key',
      'at: At @shareable } type At @shareable { x: Int',
      'at: At @shareable } type At @shareable { x: Int y: Int',
    ],
    [
      'a field of an overridden subgraph',
      'name: String',
      'name: String @override(from: "a", label: "percent(5)")',
    ],
    [
      'a required field',
      'name: String @shareable',
      'name: String @external more: Int @requires(fields: "name")',
    ],
  ])('are not: %s', (_what, a, b) => {
    const bare = 'type Query { t: T } type T @key(fields: "id") { id: ID! }';
    expect(sharedIn({ root: bare, a: entity(a), b: entity(b) })).toEqual({});
  });

  test('are not those of a type whose subgraphs have different keys', () => {
    expect(
      sharedIn({
        root: 'type Query { t: T } type T @key(fields: "id") @key(fields: "code") { id: ID! code: ID! @shareable }',
        a: entity('name: String @shareable'),
        b: 'type T @key(fields: "code") { code: ID! @shareable name: String @shareable }',
      }),
    ).toEqual({});
  });

  test('are not those an interface of their type has too', () => {
    const named = 'interface Named { name: String }';
    expect(
      sharedIn({
        root: 'type Query { t: T } type T @key(fields: "id") { id: ID! }',
        a: `${named} type T implements Named @key(fields: "id") { id: ID! name: String @shareable }`,
        b: `${named} type T implements Named @key(fields: "id") { id: ID! name: String @shareable }`,
      }),
    ).toEqual({});
  });

  test('count where they can be entered only: a stub that is not resolvable keeps none', () => {
    expect(
      sharedIn({
        root: 'type Query { t: T } type T @key(fields: "id", resolvable: false) { id: ID! name: String @shareable }',
        a: entity('name: String @shareable'),
        b: entity('name: String @shareable'),
      }),
    ).toEqual({ T: { name: ['A', 'B'] } });
  });
});

describe('a pruned supergraph', () => {
  const names = ['a', 'b', 'c', 'd'];
  const holders = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 });
  const fieldsOf = (targets: string[]) =>
    fc.array(fc.record({ target: fc.constantFrom('Int', ...targets), holders }), {
      minLength: 1,
      maxLength: 5,
    });

  /** Two entities whose fields lead to each other, each field in some of four subgraphs. */
  const supergraphs = fc.tuple(fieldsOf(['T', 'U']), fieldsOf(['T', 'U'])).map(([t, u]) =>
    supergraphOf(
      Object.fromEntries(
        names.map((name) => {
          const own = (fields: typeof t) =>
            fields.map((field, i) =>
              field.holders.includes(name) ? `f${i}: ${field.target} @shareable` : '',
            );
          const root = name === 'a' ? 'type Query { t: T u: U }' : '';
          const types = [
            `T @key(fields: "id") { id: ID! ${own(t).join(' ')} }`,
            `U @key(fields: "id") { id: ID! ${own(u).join(' ')} }`,
          ];
          return [name, `${root} ${types.map((type) => `type ${type}`).join(' ')}`];
        }),
      ),
    ),
  );

  function prunedWith(supergraph: DocumentNode, copies: number): DocumentNode {
    const used = new Map(['T', 'U'].map((type) => [type, new Set(['f0', 'f1', 'f2', 'f3', 'f4'])]));
    return pruneSupergraph(supergraph, { shared: sharedFields(supergraph), used, copies });
  }

  test('answers everything the whole one does, by the judgement of composition', () => {
    fc.assert(
      fc.property(supergraphs, fc.integer({ min: 1, max: 3 }), (sdl, copies) => {
        const whole = parse(sdl, { noLocation: true });
        const pruned = prunedWith(whole, copies);
        expect(validateSchema(buildASTSchema(pruned))).toEqual([]);
        expect(validateSatisfiability({ supergraphSdl: print(pruned) }).errors ?? []).toEqual([]);
        for (const fields of sharedFields(pruned).values())
          for (const graphs of fields.values()) expect(graphs.length).toBeLessThanOrEqual(copies);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  test('is the same for the same document', () => {
    fc.assert(
      fc.property(supergraphs, (sdl) => {
        expect(print(prunedWith(parse(sdl), 2))).toBe(print(prunedWith(parse(sdl), 2)));
      }),
      { numRuns: 10, seed: 7 },
    );
  });

  test('prefers the subgraph that is needed anyway', () => {
    const pruned = prunedWith(
      parse(
        supergraphOf({
          a: 'type Query { t: T } type T @key(fields: "id") { id: ID! f0: Int @shareable }',
          b: 'type T @key(fields: "id") { id: ID! f0: Int @shareable f1: Int }',
        }),
      ),
      1,
    );
    expect(print(pruned)).toContain('f0: Int @join__field(graph: B)');
  });
});
