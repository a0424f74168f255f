import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askAdmin, eventually } from '../support/adminClient.ts';
import { openRawConnection } from '../support/rawConnection.ts';
import { type Folder, sluice, temporaryFolder } from '../support/sluiceProcess.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const sdl = `
  type Query { users: [User]  fails: User  half: User }
  type Mutation { add: User  refuse: User }
  type User { id: ID name: String  friend: User }`;
const ann = { id: '1', name: 'Ann' };
const broken = () => {
  throw new Error('broken');
};
const resolvers = {
  Query: { users: () => [ann, ann, ann], fails: broken, half: () => ({ ...ann, friend: broken }) },
  Mutation: { add: () => ann, refuse: broken },
};
const plans = {
  gold: { fee: 4900, included: 10, price: { amount: 5, per: 2 }, quota: { requests: 1000, cost: 500 } },
  slow: { rate: '1/h', burst: 2 },
  small: { quota: { per: 'day', requests: 1 } },
};

let users: TestSubgraph;
let gateway: TestGateway;
let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder();
  users = await startSubgraph('users', { sdl, resolvers });
  gateway = await startTestGateway({
    subgraphs: [users],
    settings: {
      billing: { currency: 'EUR', plans, consumers: { settled: 'gold' } },
      limits: { operation: { depth: 3 } },
      server: { batch: { max: 5 } },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([users.stop(), folder.remove()]);
});

async function keyOf(consumer: string, plan?: string): Promise<Record<string, string>> {
  const { createKey } = await askAdmin<{ createKey: { key: string } }>(
    gateway,
    'mutation ($consumer: String!, $plan: String) { createKey(consumer: $consumer, plan: $plan) { key } }',
    { consumer, plan },
  );
  return { 'x-api-key': createKey.key };
}

interface Billed {
  readonly state: string;
  readonly lines: readonly { kind: string; quantity: string; money: { amount: string; text: string } }[];
  readonly totals: readonly { amount: string; text: string; currency: string }[];
  readonly operations: readonly { operation: string; operations: number; units: string }[];
}

async function invoiceOf(consumer: string): Promise<Billed | null> {
  const { invoice } = await askAdmin<{ invoice: Billed | null }>(
    gateway,
    `query ($consumer: String!) { invoice(consumer: $consumer) {
       state lines { kind quantity money { amount text } } totals { amount text currency }
       operations { operation operations units }
     } }`,
    { consumer },
  );
  return invoice;
}

const operationsOf = async (consumer: string): Promise<readonly string[]> =>
  ((await invoiceOf(consumer))?.operations ?? []).map(
    (each) => `${each.operation} ${each.operations} ${each.units}`,
  );

describe('what a consumer asks is on its invoice', () => {
  test('by what came, and as its plan has it', async () => {
    const headers = await keyOf('acme', 'gold');
    for (let index = 0; index < 4; index += 1)
      await gateway.query('query Users { users { name } }', { headers });
    await gateway.query('mutation Add { add { id } }', { headers });
    // 4 × 3 and 11; 10 of them are included.
    expect(await invoiceOf('acme')).toEqual({
      state: 'OPEN',
      lines: [
        { kind: 'FEE', quantity: '1', money: { amount: '4900', text: '49.00' } },
        { kind: 'INCLUDED', quantity: '10', money: { amount: '0', text: '0.00' } },
        { kind: 'EXCESS', quantity: '13', money: { amount: '33', text: '0.33' } },
      ],
      totals: [{ amount: '4933', text: '49.33', currency: 'EUR' }],
      operations: [
        { operation: 'Users', operations: 4, units: '12' },
        { operation: 'Add', operations: 1, units: '11' },
      ],
    });
  });

  test('but not what was refused, nor what came to nothing but errors; of what came in part, that part', async () => {
    const headers = await keyOf('unlucky', 'gold');
    const asked = [
      'query Wrong { nothing }',
      'query Deep { users { friend { friend { friend { id } } } } }',
      'query Fails { fails { id } }',
      'mutation Refuse { refuse { id } }',
      'query Half { half { name friend { id } } }',
    ];
    for (const query of asked) await gateway.query(query, { headers });
    await gateway.query('query Typed($n: Int!) { users { name @include(if: $n) } }', { headers });
    users.intercept((response) => response.writeHead(503).end());
    await gateway.query('query Away { users { id } }', { headers });
    users.intercept(null);
    expect(await operationsOf('unlucky')).toEqual(['Half 1 1']);
  });

  test('each item of a batch', async () => {
    const headers = await keyOf('batching', 'gold');
    const items = ['query One { users { id } }', 'query Two { nothing }', 'query Three { half { id } }'];
    await fetch(gateway.endpoint, {
      method: 'POST',
      body: JSON.stringify(items.map((query) => ({ query }))),
      headers: { 'content-type': 'application/json', ...headers },
    });
    expect(await operationsOf('batching')).toEqual(['One 1 3', 'Three 1 1']);
  });

  test('also of who leaves before the answer: by the estimate, for the work is done', async () => {
    const headers = await keyOf('hasty', 'gold');
    let answer: (() => void) | null = null;
    users.intercept((response) => {
      answer = () =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"users":[]}}');
    });
    const connection = await openRawConnection(gateway.endpoint);
    const sent = JSON.stringify({ query: 'query Left { users { name } }' });
    connection.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\nx-api-key: ${headers['x-api-key']}\r\ncontent-type: application/json\r\ncontent-length: ${sent.length}\r\n\r\n${sent}`,
    );
    await eventually(() => answer);
    connection.destroy();
    await eventually(async () => ((await operationsOf('hasty')).length > 0 ? true : null));
    users.intercept(null);
    (answer as (() => void) | null)?.();
    expect(await operationsOf('hasty')).toEqual(['Left 1 10']);
  });

  test('but not what the gateway itself broke off, since it had to stop', async () => {
    const own = await temporaryFolder();
    const start = () =>
      startTestGateway({
        subgraphs: [users],
        folder: own.path,
        settings: {
          billing: { currency: 'EUR', plans },
          server: { drain: { delay: '0s', grace: '100ms' } },
          storage: { url: `sqlite:${own.path}`, dir: own.path },
        },
      });
    const stopping = await start();
    const create = 'mutation { createKey(consumer: "cut", plan: "gold") { key } }';
    const { createKey } = await askAdmin<{ createKey: { key: string } }>(stopping, create, {});
    const headers = { 'x-api-key': createKey.key };
    await stopping.query('query Whole { users { name } }', { headers });
    const arrived = Promise.withResolvers<() => void>();
    users.intercept((response) => arrived.resolve(() => response.destroy()));
    const broken = stopping.query('query Broken { users { name } }', { headers }).catch(() => 'cut');
    const letGo = await arrived.promise;
    await stopping.stop();
    expect(await broken).toBe('cut');
    users.intercept(null);
    letGo();
    const next = await start();
    const ask = '{ invoice(consumer: "cut") { operations { operation operations } } }';
    expect(await askAdmin(next, ask, {})).toEqual({
      invoice: { operations: [{ operation: 'Whole', operations: 1 }] },
    });
    await next.stop();
    await own.remove();
  });

  test('by the plan of the settings, whatever the key says; and of nobody without a plan', async () => {
    const [settled, free] = [await keyOf('settled', 'slow'), await keyOf('free')];
    for (let index = 0; index < 5; index += 1)
      for (const headers of [settled, free])
        expect((await gateway.query('query Users { users { id } }', { headers })).status).toBe(200);
    await gateway.query('query Users { users { id } }');
    expect((await invoiceOf('settled'))?.lines[0]).toMatchObject({ kind: 'FEE', money: { amount: '4900' } });
    expect(await operationsOf('settled')).toEqual(['Users 5 15']);
    expect(await invoiceOf('free')).toBeNull();
  });
});

describe('a plan', () => {
  test('brings its rate and its quota to the limits', async () => {
    const [slow, small] = [await keyOf('slowly', 'slow'), await keyOf('smally', 'small')];
    const codesOf = async (headers: Record<string, string>) => {
      const codes = [];
      for (let index = 0; index < 3; index += 1) {
        const { body } = await gateway.query('query Users { users { id } }', { headers });
        codes.push(body.errors?.[0]?.extensions.code ?? null);
      }
      return codes;
    };
    expect(await codesOf(slow)).toEqual([null, null, 'RATE_LIMITED']);
    expect(await codesOf(small)).toEqual([null, 'QUOTA_EXCEEDED', 'QUOTA_EXCEEDED']);
    expect(await operationsOf('slowly')).toEqual(['Users 2 6']);
    expect(await operationsOf('smally')).toEqual(['Users 1 3']);
  });

  test('that is none is given to no key', async () => {
    await expect(keyOf('acme', 'copper')).rejects.toThrow(
      'The plan "copper" is none of billing.plans; allowed: gold, slow, small.',
    );
  });

  test('is told by the admin with what it costs', async () => {
    const { billing } = await askAdmin<{ billing: { plans: { name: string }[]; lost: number } }>(
      gateway,
      '{ billing { lost plans { name inForce fee { text currency } included price { amount per text } } } }',
    );
    expect(billing.lost).toBe(0);
    expect(billing.plans).toContainEqual({
      ...{ name: 'gold', inForce: true, included: 10, price: { amount: 5, per: 2, text: '0.05' } },
      fee: { text: '49.00', currency: 'EUR' },
    });
  });
});

describe('a consumer', () => {
  test('is told with its plan, where it stands in its quotas, and its invoice so far', async () => {
    const headers = await keyOf('told', 'gold');
    await gateway.query('query Users { users { name } }', { headers });
    const { usage } = await askAdmin<{ usage: { consumer: object } }>(
      gateway,
      `{ usage(lastSeconds: 3600) { consumer(name: "told") {
         plan quotas { unit per max used } invoice { month totals { text currency } } now { calls costMeasured }
       } } }`,
    );
    expect(usage.consumer).toEqual({
      plan: 'gold',
      quotas: [
        { unit: 'requests', per: 'month', max: 1000, used: 1 },
        { unit: 'cost', per: 'month', max: 500, used: 3 },
      ],
      invoice: {
        month: expect.stringMatching(/^\d{4}-\d{2}$/),
        totals: [{ text: '49.00', currency: 'EUR' }],
      },
      now: { calls: 1, costMeasured: 3 },
    });
  });

  const run = (...args: string[]) => sluice([...args, '--admin', gateway.adminUrl], { cwd: folder.path });

  test('is told by `sluice invoice` and `sluice usage --consumer`', async () => {
    const headers = await keyOf('printed', 'gold');
    for (let index = 0; index < 4; index += 1)
      await gateway.query('query Users { users { name } }', { headers });
    const { status, stdout, stderr } = await run('invoice', 'printed');
    const month = new Date().toISOString().slice(0, 7);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual([
      `Invoice of printed for ${month}, so far`,
      '',
      'PLAN  LINE                                    AMOUNT',
      'gold  monthly fee                             49.00 EUR',
      'gold  10 units of cost, included              0.00 EUR',
      'gold  2 units of cost beyond, 0.05 EUR for 2  0.05 EUR',
      '',
      'Total 49.05 EUR',
      '',
      'OPERATION  PLAN  CALLS  COST',
      'Users      gold  4      12',
      '',
    ]);
    expect((await run('invoice', 'printed', '--csv')).stdout).toContain(
      `printed,${month},open,total,,,,,4905,49.05,EUR\n`,
    );
    expect(JSON.parse((await run('invoice', 'printed', '--json')).stdout)).toMatchObject({
      consumer: 'printed',
      totals: [{ amount: '4905' }],
      operations: [{ operation: 'Users', operations: 4, units: '12' }],
    });
    expect((await run('usage', '--consumer', 'printed')).stdout).toContain(
      `On the plan gold. Total 49.05 EUR for ${month}, so far.`,
    );
  });

  test('that is on no plan owes nothing; a month is written as months are', async () => {
    expect(await run('invoice', 'nobody', '--month', '2020-01')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'sluice: "nobody" was on no plan of billing.plans in 2020-01: it owes nothing.\n',
    });
    expect(await run('invoice', 'nobody', '--month', 'May')).toMatchObject({
      status: 2,
      stderr: 'sluice: --month is "May"; allowed: a month such as 2026-01.\n',
    });
  });
});
