import { describe, expect, test } from '@jest/globals';
import { asked, bomb, forever, inSupergraph, planningWith, supergraphOf } from './planningFixture.ts';

const twoOperations = 'query A { __typename } query B { __typename }';

describe('planning', () => {
  test('plans a query over two subgraphs, as data and as text', async () => {
    const { plan, text } = await planningWith().plan(
      asked('{ country(code: "CH") { name cities { name } } }'),
      forever,
    );
    expect(plan).toMatchObject({
      kind: 'QueryPlan',
      node: {
        kind: 'Sequence',
        nodes: [
          { kind: 'Fetch', serviceName: 'countries' },
          { kind: 'Flatten', path: ['country'], node: { kind: 'Fetch', serviceName: 'cities' } },
        ],
      },
    });
    expect(text).toContain('Fetch(service: "cities")');
  });

  test.each([
    ['a document that is not GraphQL', 'GRAPHQL_PARSE_FAILED', 'Syntax Error', asked('{ country(')],
    ['an unknown field', 'GRAPHQL_VALIDATION_FAILED', 'Cannot query field "planet"', asked('{ planet }')],
    ['several operations and no name', 'OPERATION_RESOLUTION_FAILURE', 'A, B', asked(twoOperations)],
    [
      'a name that is not there',
      'OPERATION_RESOLUTION_FAILURE',
      'no operation named C: it holds A, B.',
      asked(twoOperations, { operationName: 'C' }),
    ],
    ['fragments that multiply', 'RECURSION_LIMIT_EXCEEDED', 'spread into too many fields', asked(bomb(30))],
  ])('refuses %s with %s', async (_what, code, message, request) => {
    await expect(planningWith().plan(request, forever)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  test('says where in the document the fault is', async () => {
    await expect(planningWith().plan(asked('{\n  planet\n}'), forever)).rejects.toMatchObject({
      extensions: { locations: [{ line: 2, column: 3 }] },
    });
  });

  test('ends the worker of a document that overruns, and plans the next one', async () => {
    const planning = planningWith({ timeout: '500ms' });
    await planning.plan(asked('{ country(code: "CH") { name } }'), forever);
    const startedAt = performance.now();
    const overrun = planning.plan(asked(bomb(14)), forever);
    const next = planning.plan(asked('{ country(code: "CH") { name } }'), forever);
    await expect(overrun).rejects.toMatchObject({
      code: 'QUERY_PLANNING_TIMEOUT',
      status: 503,
      message: expect.stringContaining('within 500 ms'),
    });
    expect(performance.now() - startedAt).toBeLessThan(20_000); // It would take minutes.
    await expect(next).resolves.toMatchObject({ plan: { node: { serviceName: 'countries' } } });
  });

  test('ends the worker of a document that needs too much memory', async () => {
    const planning = planningWith({ timeout: '60s', memory: '64MB' });
    await expect(planning.plan(asked(bomb(14)), forever)).rejects.toMatchObject({
      code: 'QUERY_PLANNING_TIMEOUT',
      message: expect.stringContaining('64 MB of memory'),
    });
    await expect(planning.plan(asked('{ __typename }'), forever)).resolves.toMatchObject({
      plan: { kind: 'QueryPlan' },
    });
  });

  test('alternates between three supergraphs', async () => {
    const planning = planningWith();
    const supergraphs = ['a', 'b', 'c'].map((field) => ({
      field,
      sdl: supergraphOf({ only: `type Query { ${field}: Int }` }),
    }));
    for (const { field, sdl } of [...supergraphs, ...supergraphs]) {
      const request = asked(`{ ${field} }`, inSupergraph(sdl));
      expect((await planning.plan(request, forever)).text).toContain(field);
    }
  });

  test('a caller who goes away gets the reason of its signal, the others their plans', async () => {
    const planning = planningWith();
    const caller = new AbortController();
    const abandoned = planning.plan(asked('{ country(code: "CH") { name } }'), caller.signal);
    const other = planning.plan(asked('{ __typename }'), forever);
    caller.abort(new Error('gone'));
    await expect(abandoned).rejects.toThrow('gone');
    await expect(other).resolves.toMatchObject({ plan: { kind: 'QueryPlan' } });
  });

  test('a closed planning refuses with DRAINING, waiting callers included', async () => {
    const planning = planningWith();
    const waiting = [
      planning.plan(asked('{ __typename }'), forever),
      planning.plan(asked('{ __typename }'), forever),
    ];
    const outcomes = Promise.allSettled(waiting);
    await planning.close();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'DRAINING' } });
    await expect(planning.plan(asked('{ __typename }'), forever)).rejects.toMatchObject({ code: 'DRAINING' });
  });
});
