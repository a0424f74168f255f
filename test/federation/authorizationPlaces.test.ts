import { afterAll, describe, expect, test } from '@jest/globals';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import { lendThread } from '../support/lendThread.ts';
import { sessionWith } from '../support/sessionWith.ts';
import { createFederation } from './federation.ts';
import { guardedEngine } from './guardedEngine.ts';

const planning = createPlanning(planningOptions.parse({}), { startThread: lendThread });
afterAll(() => planning.close());

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated"])\n';
const nodes = Array.from({ length: 300 }, (_, at) => ({
  __typename: at % 2 === 0 ? 'Trip' : 'Town',
  id: `${at}`,
  secret: 'canary',
  must: 'canary',
}));

async function answerOf(text: string) {
  const { federation } = createFederation(
    {
      all: `${link} type Query { nodes: [Node] } interface Node { id: ID }
        type Trip implements Node { id: ID secret: String @authenticated must: String! @authenticated } type Town implements Node { id: ID secret: String }`,
    },
    {
      root: () => ({ nodes }),
      find: () => null,
      value: (parent, { field }) => (parent as Record<string, unknown>)[field],
    },
  );
  if (!federation) throw new Error('The subgraph does not compose');
  const engine = await guardedEngine({ ...federation, planning });
  try {
    return await engine.execute({ text, variables: {} }, sessionWith(null));
  } finally {
    await engine.dispose();
  }
}

describe('of many places where something is withheld a hundred are told, and all are null', () => {
  test.each([
    [
      'in objects',
      '{ nodes { id ... on Trip { secret } ... on Town { secret } } }',
      (id: number) => (id % 2 === 0 ? { id: `${id}`, secret: null } : { id: `${id}`, secret: 'canary' }),
      'secret',
    ],
    [
      'of which nothing is left',
      '{ nodes { id ... on Trip { secret must } } }',
      (id: number) => (id % 2 === 0 ? null : { id: `${id}` }),
      'must',
    ],
  ])('%s', async (_where, text, expected, field) => {
    const { data, errors = [] } = await answerOf(text);
    expect(data).toEqual({ nodes: nodes.map((_node, at) => expected(at)) });
    expect(errors.map(({ path }) => path)).toEqual(
      Array.from({ length: 100 }, (_, at) => ['nodes', at * 2, field]),
    );
  });
});
