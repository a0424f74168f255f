import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { httpResponse, type Misbehave } from './misbehavingSubgraph.ts';
import { answering, asNamed, failed, reported, unfit } from './misbehaviourCase.ts';
import { type MisbehaviourWorld, startMisbehaviourWorld } from './misbehaviourWorld.ts';

const malformedEntities = (message: string, path = ['shelf']) =>
  failed('SUBGRAPH_MALFORMED_RESPONSE', `Subgraph "shaky" answered ${message}.`, path);

/** Answers when others have long answered. */
function lateAnswering(text: string): Misbehave {
  return (socket, request) => {
    setTimeout(() => socket.write(httpResponse(asNamed(text, request))), 100);
  };
}

/** `shelf` holds the things a, b and c of the sound subgraph, each with two sizes; stock and heights are shaky's. */
describe('what a subgraph answers is merged', () => {
  let world: MisbehaviourWorld;
  beforeAll(async () => {
    world = await startMisbehaviourWorld({});
  });
  beforeEach(() => world.shaky.misbehave(null));
  afterAll(() => world.stop());

  const shelf = (...things: object[]) => ({ shelf: things, number: 1 });
  const ask = async (query: string, misbehave: Misbehave) => {
    world.shaky.misbehave(misbehave);
    return (await world.gateway.query(query)).body;
  };

  describe('S17 in the order that was asked', () => {
    const query = '{ shelf { id stock } number }';
    const unknown = ['a', 'b', 'c'].map((id) => ({ id, stock: null }));

    test.each([
      ['shifted by one', '["b","c","d"]'],
      ['two exchanged', '["b","a","c"]'],
      ['turned round', '["c","b","a"]'],
    ])('entities that echo their keys, %s, are not taken', async (_how, ids) => {
      const entities = (JSON.parse(ids) as string[]).map((id, stock) => ({ id, stock }));
      const body = await ask(query, answering(JSON.stringify({ data: { _entities: entities } })));
      expect(body).toEqual({
        errors: [malformedEntities('its entities in another order than it was asked for')],
        data: shelf(...unknown),
      });
    });

    test('keys that are echoed in another form, or for an entity it has another key for, are no other order', async () => {
      for (const ids of [
        ['A', 'B', 'C'],
        ['a', 'a', 'c'],
        ['a', 'b', 'z'],
      ]) {
        const entities = ids.map((id, stock) => ({ id, stock }));
        const body = await ask(query, answering(JSON.stringify({ data: { _entities: entities } })));
        // What was not asked for is left out, keys as all else.
        expect(body).toEqual({
          data: shelf({ id: 'a', stock: 0 }, { id: 'b', stock: 1 }, { id: 'c', stock: 2 }),
        });
      }
    });

    test.each(['"a"', '1', 'true', '[]'])('an entity that is %s is null, and an error', async (entity) => {
      const body = await ask(query, answering(`{"data":{"_entities":[{"stock":1},${entity},null]}}`));
      expect(body).toEqual({
        errors: [malformedEntities('something that is not an entity')],
        data: shelf({ id: 'a', stock: 1 }, { id: 'b', stock: null }, { id: 'c', stock: null }),
      });
    });
  });

  describe('S16 without what was not asked for', () => {
    test('a field of another subgraph is not overwritten at the root', async () => {
      const body = await ask('{ word number }', lateAnswering('{"data":{"word":"good","number":99}}'));
      expect(body).toEqual({ data: { word: 'good', number: 1 } });
    });

    test('nor in an entity', async () => {
      const forged = '{"stock":1,"id":"z","__typename":"Other","sizes":[{"width":99}]}';
      const body = await ask(
        '{ shelf { id __typename sizes { width } stock } number }',
        lateAnswering(`{"data":{"_entities":[${forged},${forged},${forged}]}}`),
      );
      const sizes = [{ width: 1 }, { width: 2 }];
      const thing = { __typename: 'Thing', sizes, stock: 1 };
      expect(body).toEqual({
        data: shelf({ id: 'a', ...thing }, { id: 'b', ...thing }, { id: 'c', ...thing }),
      });
    });

    test('nor in what both know a part of', async () => {
      const forged = '{"sizes":[{"height":1,"width":99},{"height":2,"width":99}]}';
      const body = await ask(
        '{ shelf { sizes { width height } } number }',
        lateAnswering(`{"data":{"_entities":[${forged},${forged},${forged}]}}`),
      );
      const thing = { sizes: [1, 2].map((n) => ({ width: n, height: n })) };
      expect(body).toEqual({ data: shelf(thing, thing, thing) });
    });
  });

  describe('S19 where lists are as long as they were', () => {
    test('2,000 lists of another length are 100 errors', async () => {
      const entities = Array(2_000).fill({ sizes: [{ height: 1 }] });
      const { errors, data } = await ask(
        '{ crowd { sizes { width height } } number }',
        answering(JSON.stringify({ data: { _entities: entities } })),
      );
      expect((data as { crowd: unknown[] }).crowd).toHaveLength(2_000);
      expect(errors).toHaveLength(100);
    });
  });

  test('S20 an error at a place that is not among the entities is told at none of them', async () => {
    const body = await ask(
      '{ shelf { id stock } number }',
      answering(
        '{"data":{"_entities":[{"stock":1},{"stock":2},{"stock":3}]},"errors":[{"message":"No","path":["shelf",0,"stock"]}]}',
      ),
    );
    expect(body).toEqual({
      errors: [reported('No', ['shelf'])],
      data: shelf({ id: 'a', stock: 1 }, { id: 'b', stock: 2 }, { id: 'c', stock: 3 }),
    });
  });

  test('S15 a scalar of any kind is no number that JSON does not know', async () => {
    const body = await ask('{ anything number }', answering('{"data":{"anything":1e400}}'));
    expect(body).toEqual({
      errors: [unfit('A value of field Query.anything is not of the type Anything.', ['anything'])],
      data: { anything: null, number: 1 },
    });
  });

  test.each(['1e400', '-1e400'])('a key that is %s is never sent, and the other entities are', async (id) => {
    const things = `[{"__typename":"Thing","id":${id}},{"__typename":"Thing","id":"b"}]`;
    const body = await ask('{ found { width } number }', answering(`{"data":{"found":${things}}}`));
    expect(body).toEqual({ data: { found: [{ width: null }, { width: 5 }], number: 1 } });
  });
});
