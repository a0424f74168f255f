import { afterAll, expect, test } from '@jest/globals';
import type { Session } from '../../src/model/session.ts';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import { lendThread } from '../support/lendThread.ts';
import { sessionWith } from '../support/sessionWith.ts';
import { createFederation } from './federation.ts';
import { guardedEngine } from './guardedEngine.ts';

const isDeep = process.env.SLUICE_DEEP === '1';
const planning = createPlanning(planningOptions.parse({}), { startThread: lendThread });
afterAll(() => planning.close());

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes"])\n';
const trip = { __typename: 'Trip', id: '1', open: 'open', known: 'known', red: 'red', blue: 'blue' };

/** All may ask the same at the same time: only what they may see tells them apart. */
const sessions: readonly (readonly [name: string, session: Session])[] = [
  ['nobody', sessionWith(null)],
  ['anybody', sessionWith([])],
  ['red', sessionWith(['red'])],
  ['blue', sessionWith(['blue'])],
  ['both', sessionWith(['red', 'blue'])],
];
const documents = [
  '{ trip { open known red blue } }',
  '{ trip { ...F } } fragment F on Trip { open r: red ... { blue } }',
  '{ trip { x: known known } secret }',
];

test('sessions that alternate on the same documents, cold and warm, alone and at once, never see what others see', async () => {
  const { federation } = createFederation(
    {
      one: `${link} type Query { trip: Trip secret: String @requiresScopes(scopes: [["red", "blue"]]) } type Trip @key(fields: "id") { id: ID! open: String known: String @authenticated }`,
      two: `${link} type Trip @key(fields: "id") { id: ID! red: String @requiresScopes(scopes: [["red"]]) blue: String @requiresScopes(scopes: [["blue"]]) }`,
    },
    {
      root: () => ({ trip, secret: 'secret' }),
      find: () => trip,
      value: (parent, { field }) => (parent as Record<string, unknown>)[field],
    },
  );
  if (!federation) throw new Error('The subgraphs do not compose');
  // Calls are answered from what was answered before: it is not their work that is tested.
  const answers = new Map<string, ReturnType<typeof federation.call>>();
  let calls = 0;
  const engine = await guardedEngine({
    planning,
    identity: 'the same for all',
    supergraph: federation.supergraph,
    call(call) {
      calls += 1;
      const key = `${call.subgraph} ${call.body}`;
      const answer = answers.get(key) ?? federation.call(call);
      answers.set(key, answer);
      return answer.then((result) => structuredClone(result));
    },
  });

  const expected = (text: string, scopes: ReadonlySet<string>, identified: boolean): unknown => {
    const red = scopes.has('red') ? 'red' : null;
    const blue = scopes.has('blue') ? 'blue' : null;
    const known = identified ? 'known' : null;
    if (text === documents[0]) return { trip: { open: 'open', known, red, blue } };
    if (text === documents[1]) return { trip: { open: 'open', r: red, blue } };
    return { trip: { x: known, known }, secret: red && blue && 'secret' };
  };
  const wrong: unknown[] = [];
  let state = 1;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  async function askOnce(): Promise<void> {
    const text = documents[draw(documents.length)] ?? '';
    const [name, session] = sessions[draw(sessions.length)] ?? ['', sessionWith(null)];
    const { data } = await engine.execute({ text, variables: {} }, session);
    const right = JSON.stringify(expected(text, session.scopes, session.identified));
    if (JSON.stringify(data) !== right) wrong.push({ name, text, data, right });
  }

  const [rounds, atOnce] = [isDeep ? 20_000 : 1000, 50];
  for (let round = 0; round < rounds; round += 1) await Promise.all(Array.from({ length: atOnce }, askOnce));
  expect(wrong).toEqual([]);
  // Those who may see the same did share runs, so it was possible to share too much.
  expect(calls).toBeLessThan(rounds * atOnce);
  await engine.dispose();
}, 1_200_000);
