import { describe, expect, test } from '@jest/globals';
import { createLiveFeed } from '../../src/admin/admin.ts';
import type { CallFact } from '../../src/model/subgraphCall.ts';
import { createManualClock } from '../support/manualClock.ts';
import { askedOf, outcomeOf } from '../support/outcomes.ts';

const upstreamStats = { subgraphs: () => [] };
const call = (breaker: CallFact['breaker']): CallFact => ({
  subgraph: 'cities',
  protocol: 'graphql',
  startedAtMs: 0,
  ms: 5,
  bytes: 0,
  code: null,
  joined: false,
  instance: null,
  tries: 1,
  breaker,
  cause: null,
  replaced: false,
});
const ended = (facts: Partial<Parameters<typeof outcomeOf>[0]> = {}) =>
  outcomeOf({
    asked: [askedOf({ operation: null, cacheHits: 1, cost: { estimated: 9, measured: 3 } })],
    schema: null,
    ...facts,
  });

describe('the live feed', () => {
  test('runs no timer while nobody watches, nor after the last one left', () => {
    const clock = createManualClock();
    const feed = createLiveFeed({ upstreamStats, clock });
    feed.record(ended());
    expect(clock.countAwaited(1000)).toBe(0);
    const leave = feed.watch(() => undefined);
    const other = feed.watch(() => undefined);
    expect(clock.countAwaited(1000)).toBe(1);
    leave();
    expect(clock.countAwaited(1000)).toBe(1);
    other();
    expect(clock.countAwaited(1000)).toBe(0);
  });

  test('who comes later gets the seconds that others watched', () => {
    const clock = createManualClock();
    const feed = createLiveFeed({ upstreamStats, clock });
    feed.watch(() => undefined);
    feed.record(ended({ totalMs: 10 }));
    clock.advance(1000);
    clock.advance(1000);
    const told: number[] = [];
    feed.watch((seconds) => told.push(...seconds.map(({ requests }) => requests)));
    expect(told).toEqual([1, 0]);
    feed.close();
    expect(clock.countAwaited(1000)).toBe(0);
  });

  test('adds up a second, and bounds what it tells of single requests', () => {
    const clock = createManualClock();
    const feed = createLiveFeed({ upstreamStats, clock });
    const seconds: unknown[] = [];
    feed.watch((told) => seconds.push(...told));
    for (let at = 0; at < 100; at += 1)
      feed.record(ended({ client: 'x'.repeat(1000), codes: at === 0 ? ['OVERLOADED'] : [], totalMs: 10 }));
    clock.advance(1000);
    expect(seconds).toEqual([
      expect.objectContaining({
        requests: 100,
        errors: 1,
        sheds: 1,
        cacheHits: 100,
        cost: 300,
        recentLeftOut: 60,
      }),
    ]);
    expect(JSON.stringify(seconds).length).toBeLessThan(20_000);
    feed.close();
  });

  test('refuses the 51st who wants to watch, and everybody once it is closed', () => {
    const feed = createLiveFeed({ upstreamStats, clock: createManualClock() });
    for (let at = 0; at < 50; at += 1) feed.watch(() => undefined);
    expect(() => feed.watch(() => undefined)).toThrow('50 others watch already');
    feed.close();
    expect(() => feed.watch(() => undefined)).toThrow('going away');
  });

  test('keeps how breakers changed and what rules did, also while nobody watches', () => {
    const feed = createLiveFeed({ upstreamStats, clock: createManualClock() });
    for (const state of ['closed', 'closed', 'open', 'open', 'halfOpen', 'closed'] as const)
      feed.record(ended({ asked: [askedOf({ operation: null, calls: [call(state)] })] }));
    expect(feed.events().map(({ subgraph, text }) => [subgraph, text])).toEqual([
      ['cities', 'the breaker closed'],
      ['cities', 'the breaker lets one call through'],
      ['cities', 'the breaker opened'],
    ]);
    const outcome = ended({ requestId: 'one' });
    feed.record({ ...outcome, refusedBy: ['limits.perAddress'], wouldRefuse: ['limits.operation.depth'] });
    feed.record({ ...outcome, refusedBy: ['limits.perAddress'] });
    expect(feed.rules()).toEqual([
      expect.objectContaining({
        setting: 'limits.perAddress',
        refused: 2,
        wouldRefuse: 0,
        lastRequestId: 'one',
      }),
      expect.objectContaining({ setting: 'limits.operation.depth', refused: 0, wouldRefuse: 1 }),
    ]);
    for (let at = 0; at < 1000; at += 1) feed.record({ ...outcome, refusedBy: [`plugin.${at}`] });
    expect(feed.rules().length).toBeLessThanOrEqual(201);
  });
});
