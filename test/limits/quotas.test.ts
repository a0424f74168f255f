import { beforeEach, describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { type Counters, createLimits, createLoad, limitsOptions } from '../../src/limits/limits.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';
import { openCounters } from './countersFixture.ts';
import { createShow, noRules, sessionOf } from './passageFixture.ts';

const schema = buildSchema(`
  type Query { word: String users(first: Int): [User] }
  type User { id: ID }
`);
const sized = {
  assumedSize: null,
  slicingArguments: ['first'],
  sizedFields: [],
  requireOneSlicingArgument: false,
};
const rules = { ...noRules(), listSizes: new Map([['Query.users', sized]]) };

let clock: ManualClock;
let counters: Counters;
let show: ReturnType<typeof createShow>;

beforeEach(async () => {
  clock = createManualClock();
  // 2024-02-28T22:00:00Z: the day before a leap day.
  clock.jump(Date.UTC(2024, 1, 28, 22) - clock.wallMs());
  counters = await openCounters({}, { clock });
  show = createShow(schema, rules);
});

function limitsOf(limits: Record<string, unknown>) {
  const load = createLoad({ clock, readLoop: () => ({ delayMs: 0, busy: 0 }) });
  const all = createLimits(limitsOptions.parse(limits), { counters, load, random: () => 0, clock });
  return [...all.cost, ...all.fields, ...all.budgets];
}
const dayMs = 86_400_000;
const users = (first: number) => `{ users(first: ${first}) { id } }`;
const data = (count: number) => ({ users: Array.from({ length: count }, () => ({ id: '1' })) });

describe('quotas', () => {
  test('let a consumer have so many operations a day, and begin anew at midnight UTC', async () => {
    const limits = limitsOf({ quotas: [{ per: 'day', requests: 2 }] });
    const first = await show(limits, '{ word }');
    expect(first.headers).toEqual({
      'ratelimit-policy': '"quotas[0].requests";q=2;w=86400',
      ratelimit: '"quotas[0].requests";r=1;t=7200',
    });
    await show(limits, '{ word }');
    expect(await show(limits, '{ word }')).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message: 'The quota of 2 requests leaves too little for this operation; it begins anew in 7200 s.',
      headers: { 'retry-after': '7200', ratelimit: '"quotas[0].requests";r=0;t=7200' },
    });
    clock.advance(2 * 3_600_000 - 1);
    expect((await show(limits, '{ word }')).code).toBe('QUOTA_EXCEEDED');
    clock.advance(1);
    expect((await show(limits, '{ word }')).code).toBeNull();
  });

  test('by month count to its end, leap day and all', async () => {
    const limits = limitsOf({ quotas: [{ per: 'month', requests: 1 }] });
    const { headers } = await show(limits, '{ word }');
    expect(headers['ratelimit-policy']).toBe(`"quotas[0].requests";q=1;w=${29 * 86_400}`);
    clock.advance(2 * 3_600_000 + dayMs - 1000);
    expect(await show(limits, '{ word }')).toMatchObject({ headers: { 'retry-after': '1' } });
    clock.advance(1000);
    expect((await show(limits, '{ word }')).headers['ratelimit-policy']).toBe(
      `"quotas[0].requests";q=1;w=${31 * 86_400}`,
    );
  });

  test('count for the consumer, whoever of it calls, and for nobody who is anonymous', async () => {
    const limits = limitsOf({ quotas: [{ per: 'day', requests: 1 }] });
    const of = (given: Parameters<typeof sessionOf>[0]) => ({ session: sessionOf(given) });
    expect((await show(limits, '{ word }', of({ consumer: 'acme', subject: 'ann' }))).code).toBeNull();
    expect((await show(limits, '{ word }', of({ consumer: 'acme', subject: 'bob' }))).code).toBe(
      'QUOTA_EXCEEDED',
    );
    expect((await show(limits, '{ word }', of({ consumer: 'other', subject: 'ann' }))).code).toBeNull();
    expect((await show(limits, '{ word }', of({ consumer: null, subject: 'acme' }))).code).toBeNull();
    for (let at = 0; at < 3; at += 1)
      expect((await show(limits, '{ word }', of({ identified: false, subject: null }))).code).toBeNull();
  });

  test('of a consumer hold in place of its plan, and those of a plan in place of what is for everybody', async () => {
    const limits = limitsOf({
      quotas: [
        { per: 'day', requests: 1 },
        { plan: 'gold', per: 'day', requests: 2 },
        { consumer: 'acme', per: 'day', requests: 3 },
        { plan: 'gold', per: 'month', requests: 100 },
      ],
    });
    const shownFor = async (consumer: string, plan?: string) => {
      const session = sessionOf({ consumer, plan: plan ?? null });
      return (await show(limits, '{ word }', { session })).headers['ratelimit-policy'];
    };
    expect(await shownFor('a')).toBe('"quotas[0].requests";q=1;w=86400');
    expect(await shownFor('b', 'gold')).toMatch(
      /^"quotas\[1\].requests";q=2;w=86400, "quotas\[3\].requests";q=100/,
    );
    expect(await shownFor('acme', 'gold')).toMatch(/^"quotas\[2\].requests";q=3;w=86400, "quotas\[3\]/);
    expect(await shownFor('c', 'silver')).toBe('"quotas[0].requests";q=1;w=86400');
  });

  test('of cost take what is estimated, and settle for what it was', async () => {
    const limits = limitsOf({ quotas: [{ per: 'day', cost: 100 }] });
    const left = async () => /r=(\d+)/.exec((await show(limits, users(0))).headers.ratelimit ?? '')?.[1];
    const shown = await show(limits, users(60));
    expect(shown.headers.ratelimit).toBe('"quotas[0].cost";r=40;t=7200');
    expect((await show(limits, users(41))).code).toBe('QUOTA_EXCEEDED');
    shown.end({ data: data(5) });
    expect(await left()).toBe('95');
    // More came than was asked for.
    const longer = await show(limits, users(10));
    longer.end({ data: data(30) });
    expect(await left()).toBe('65');
    const overdrawn = await show(limits, users(60));
    overdrawn.end({ data: data(500) });
    expect((await show(limits, users(1))).code).toBe('QUOTA_EXCEEDED');
  });

  test('of cost keep the estimate where nothing is settled, or the client left', async () => {
    const limits = limitsOf({ quotas: [{ per: 'day', cost: 100 }], cost: { settle: 'estimate' } });
    (await show(limits, users(60))).end({ data: data(1) });
    expect((await show(limits, users(0))).headers.ratelimit).toMatch(/r=40/);
  });

  test('get back what was refused afterwards or never ran, requests and cost', async () => {
    const limits = limitsOf({ quotas: [{ per: 'day', requests: 3, cost: 50 }] });
    const refusing = { operation: () => Promise.reject(Object.assign(new Error('no'), { name: 'Error' })) };
    await expect(show([...limits, refusing], users(40))).rejects.toThrow('no');
    (await show(limits, users(50))).end({ executed: false });
    const shown = await show(limits, users(50));
    expect([shown.code, shown.headers.ratelimit]).toEqual([
      null,
      '"quotas[0].requests";r=2;t=7200, "quotas[0].cost";r=0;t=7200',
    ]);
  });

  test('take from all or, when one is used up, from none', async () => {
    const limits = limitsOf({
      quotas: [
        { per: 'day', requests: 1 },
        { per: 'month', requests: 3 },
      ],
    });
    for (let at = 0; at < 5; at += 1) await show(limits, '{ word }');
    clock.advance(dayMs);
    expect((await show(limits, '{ word }')).headers.ratelimit).toMatch(/"quotas\[1\]\.requests";r=1/);
  });

  test('that only log refuse nobody, count what was let through, and keep no other from counting', async () => {
    const limits = limitsOf({
      quotas: [
        { per: 'day', requests: 1, mode: 'log' },
        { per: 'month', requests: 3 },
      ],
    });
    const all = [];
    for (let at = 0; at < 4; at += 1) all.push(await show(limits, '{ word }'));
    expect(all.map(({ code, wouldRefuse }) => [code, wouldRefuse])).toEqual([
      [null, []],
      [null, ['limits.quotas[0]']],
      [null, ['limits.quotas[0]']],
      ['QUOTA_EXCEEDED', []],
    ]);
    expect(all[0]?.headers.ratelimit).toMatch(/^"quotas\[1\]/);
  });

  test('go on counting under a rule that was moved or changed', async () => {
    await show(limitsOf({ quotas: [{ per: 'day', requests: 5 }] }), '{ word }');
    const changed = limitsOf({
      quotas: [
        { consumer: 'other', per: 'day', requests: 1 },
        { per: 'day', requests: 9 },
      ],
    });
    expect((await show(changed, '{ word }')).headers.ratelimit).toBe('"quotas[1].requests";r=7;t=7200');
  });
});

describe('a rate of cost', () => {
  test('takes what an operation is estimated to cost, and grows again', async () => {
    const limits = limitsOf({ cost: { perSession: { rate: '10/s', burst: 50 } } });
    expect((await show(limits, users(50))).code).toBeNull();
    expect(await show(limits, users(20))).toMatchObject({
      code: 'RATE_LIMITED',
      headers: { 'retry-after': '2' },
    });
    clock.advance(2000);
    expect((await show(limits, users(20))).code).toBeNull();
  });

  test('refuses for good what costs more than may come at once', async () => {
    const limits = limitsOf({ cost: { perSession: { rate: '10/s', burst: 50 } } });
    expect(await show(limits, users(51))).toMatchObject({
      code: 'COST_LIMIT_EXCEEDED',
      message: 'The operation is estimated to cost 51; at once are allowed: 50.',
    });
  });

  test('is refused after what one operation may cost, which takes nothing', async () => {
    const limits = limitsOf({
      operation: { cost: { max: 30, mode: 'enforce' } },
      cost: { perSession: { rate: '1/h', burst: 50 } },
    });
    expect((await show(limits, users(31))).code).toBe('COST_LIMIT_EXCEEDED');
    expect((await show(limits, users(30))).headers.ratelimit).toMatch(/r=20/);
  });
});

describe('the options of quotas', () => {
  test.each([
    [{ per: 'day' }, 'found neither requests nor cost; allowed: at least one of them'],
    [
      { per: 'day', requests: 1, plan: 'a', consumer: 'b' },
      'found both plan and consumer; allowed: one of them, or neither for everybody else',
    ],
    [{ per: 'week', requests: 1 }, 'Invalid option: expected one of "day"|"month"'],
  ])('%j are refused', (quota, message) => {
    expect(limitsOptions.safeParse({ quotas: [quota] }).error?.issues[0]?.message).toBe(message);
  });

  test('two of the same are refused, since one counter cannot have two limits', () => {
    const quotas = [
      { per: 'day', requests: 1 },
      { per: 'day', cost: 1 },
      { per: 'day', requests: 2 },
    ];
    expect(limitsOptions.safeParse({ quotas }).error?.issues).toEqual([
      expect.objectContaining({ path: ['quotas', 2, 'requests'] }),
    ]);
  });
});
