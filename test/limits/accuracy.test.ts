import { afterEach, describe, expect, test } from '@jest/globals';
import { describeWithRedis } from '../support/describeWithRedis.ts';
import { startRedis, type TestRedis } from '../support/startRedis.ts';
import { type GatewayProcesses, startGatewayProcesses } from './gatewayProcesses.ts';
import { exactlyAllowed, type Judged, largestExcess, requestStream } from './requestStream.ts';

const isDeep = process.env.SLUICE_DEEP === '1';
const forMs = isDeep ? 60_000 : 4_000;
const perSecond = 100;
const burst = 40;
const perAddress = { rate: `${perSecond}/s`, burst };
const perMs = perSecond / 1000;
const timeoutMs = forMs + 180_000;

let gateways: GatewayProcesses | null = null;
let redis: TestRedis | null = null;
afterEach(async () => {
  await gateways?.stop();
  await redis?.stop();
  gateways = redis = null;
});

function passed(judged: readonly Judged[]): number {
  expect(new Set(judged.map(({ status }) => status))).toEqual(new Set([200, 429]));
  return judged.filter(({ status }) => status === 200).length;
}

/** What burst and rate come to in the time the requests took. */
function allowedIn(judged: readonly Judged[]): number {
  const fromMs = Math.min(...judged.map(({ sentMs }) => sentMs));
  const untilMs = Math.max(...judged.map(({ answeredMs }) => answeredMs));
  return burst + (untilMs - fromMs) * perMs;
}

/** Never over in any interval, and no more than one in a hundred under. */
function expectExact(judged: readonly Judged[]): void {
  expect(largestExcess(judged, perMs)).toBeLessThanOrEqual(burst + 1e-6);
  expect(passed(judged)).toBeGreaterThanOrEqual(exactlyAllowed(judged, { perMs, burst }) * 0.99);
}

/** Three times the limit, at gateways that have answered before. */
async function judgedBy({ endpoints }: GatewayProcesses, meanwhile?: () => Promise<unknown>) {
  await requestStream(endpoints, { address: '192.0.2.9', perSecond: 200, forMs: 1500 });
  const [judged] = await Promise.all([
    requestStream(endpoints, { address: '192.0.2.1', perSecond: perSecond * 3, forMs }),
    meanwhile?.(),
  ]);
  return judged;
}

describe('one gateway at three times the limit', () => {
  test(
    'lets through what the limit says, in every interval',
    async () => {
      gateways = await startGatewayProcesses(1, { perAddress });
      expectExact(await judgedBy(gateways));
    },
    timeoutMs,
  );
});

describeWithRedis('four gateways on one Redis at three times the limit', () => {
  /** Load, gateways and Redis share two cores here: who waits its turn for half a second is not gone. */
  const patient = { storeTimeout: '1s' };

  test(
    'let through what the limit says, in every interval',
    async () => {
      redis = await startRedis();
      gateways = await startGatewayProcesses(4, { perAddress, store: redis.url, ...patient });
      expectExact(await judgedBy(gateways));
    },
    timeoutMs,
  );

  test(
    'let through at most a quarter more when Redis is killed on the way',
    async () => {
      redis = await startRedis();
      gateways = await startGatewayProcesses(4, { perAddress, store: redis.url });
      const judged = await judgedBy(gateways, async () => {
        await new Promise((resolve) => setTimeout(resolve, forMs / 3));
        await redis?.kill();
      });
      expect(passed(judged)).toBeLessThanOrEqual(allowedIn(judged) * 1.25);
      expect(passed(judged)).toBeGreaterThanOrEqual(exactlyAllowed(judged, { perMs, burst }) * 0.75);
      expect(gateways.logText()).toContain('each by its share');
    },
    timeoutMs,
  );
});

describe('the checker', () => {
  test('finds a limiter that lets too much through over the edge of a window', () => {
    const at = (ms: number, status = 200): Judged => ({ sentMs: ms, answeredMs: ms, status });
    const twice = [
      ...Array.from({ length: 40 }, () => at(999)),
      ...Array.from({ length: 40 }, () => at(1001)),
    ];
    expect(largestExcess(twice, 0.1)).toBeCloseTo(79.8);
    expect(largestExcess([at(0), at(0, 429), at(10)], 0.1)).toBeCloseTo(1);
    expect(exactlyAllowed(twice, { perMs: 0.1, burst: 40 })).toBe(40);
    expect(exactlyAllowed(twice, { perMs: 10, burst: 40 })).toBe(60);
  });
});
