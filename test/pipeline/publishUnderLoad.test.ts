import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pool } from 'undici';
import { publish } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const publishes = 50;
const requests = 20_000;
const clients = 8;

/** Both subgraphs can answer both fields, and say which of them did; what is published decides which is asked. */
const fields = 'price: String @shareable label: String @shareable';
const itemWith = (own: string) => `type Item @key(fields: "id") { id: ID! ${own} }`;
const resolversOf = (name: string) => ({
  Query: { items: () => Array.from({ length: 3 }, (_, id) => ({ id, price: name, label: name })) },
  Item: { __resolveReference: ({ id }: { id: string }) => ({ id, price: name, label: name }) },
});

describe('publishing under load', () => {
  let left: TestSubgraph;
  let right: TestSubgraph;
  let gateway: TestGateway;

  beforeAll(async () => {
    left = await startSubgraph('left', {
      sdl: `type Query { items: [Item!]! } ${itemWith(fields)}`,
      resolvers: resolversOf('left'),
    });
    right = await startSubgraph('right', {
      sdl: itemWith(`note: String ${fields}`),
      resolvers: { Item: resolversOf('right').Item },
    });
    gateway = await startTestGateway({ settings: { observability: { log: { access: false } } } });
    await publishWith('left');
    await gateway.ready();
  });
  afterAll(async () => {
    await gateway.stop();
    await left.stop();
    await right.stop();
  });

  /** One version in which `owner` has both fields and the other has neither. */
  function publishWith(owner: 'left' | 'right'): Promise<number> {
    const federation = left.sdl.slice(0, left.sdl.indexOf('\n') + 1);
    return publish(gateway, [
      {
        name: 'left',
        url: left.url,
        sdl: `${federation}type Query { items: [Item!]! } ${itemWith(owner === 'left' ? fields : '')}`,
      },
      {
        name: 'right',
        url: right.url,
        sdl: `${federation}${itemWith(`note: String ${owner === 'right' ? fields : ''}`)}`,
      },
    ]);
  }

  test(`loses none of ${requests} requests over ${publishes} publishes, and mixes no two versions in an answer`, async () => {
    const goldens = new Map(
      ['left', 'right'].map((owner) => [
        JSON.stringify({
          data: { items: [0, 1, 2].map((id) => ({ id: String(id), price: owner, label: owner })) },
        }),
        0,
      ]),
    );
    const wrong: string[] = [];
    let sent = 0;
    const { origin, pathname: path } = new URL(gateway.endpoint);
    const pool = new Pool(origin, { connections: clients });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query: '{ items { id price label } }' });
    async function client(): Promise<void> {
      while (sent < requests || published < publishes) {
        sent += 1;
        const response = await pool.request({ method: 'POST', path, headers, body });
        const text = await response.body.text();
        const seen = goldens.get(text);
        if (response.statusCode !== 200 || seen === undefined) wrong.push(`${response.statusCode} ${text}`);
        else goldens.set(text, seen + 1);
      }
    }
    let published = 0;
    async function publisher(): Promise<void> {
      while (published < publishes) {
        await publishWith(published % 2 === 0 ? 'right' : 'left');
        published += 1;
      }
    }
    await Promise.all([publisher(), ...Array.from({ length: clients }, client)]);
    await pool.close();
    expect(wrong).toEqual([]);
    expect(sent).toBeGreaterThanOrEqual(requests);
    expect([...goldens.values()].every((seen) => seen > 100)).toBe(true);
  }, 600_000);
});
