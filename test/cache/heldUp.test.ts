import { expect, test } from '@jest/globals';
import { describeWithRedis } from '../support/describeWithRedis.ts';
import { startRedis } from '../support/startRedis.ts';
import { entitiesFor, representation, startPiecesWorld } from './piecesWorld.ts';
import { settled } from './settled.ts';

describeWithRedis('a gateway that shares answers in Redis', () => {
  test('does not blame Redis for the time in which it was held up itself', async () => {
    const redis = await startRedis();
    const { cache, entities, answer } = await startPiecesWorld({ store: redis.url, timeout: '400ms' });
    const items = [representation('Film', '1')];
    const isKept = async () => {
      let isAsked = false;
      await answer(entities, items, {
        ask: async () => {
          isAsked = true;
          return entitiesFor(items);
        },
      });
      return !isAsked;
    };
    try {
      await settled(isKept);
      const before = cache.stats().storeFailures;
      for (let times = 0; times < 3; times += 1) {
        const kept = isKept();
        // By then the command is on its way; 300 ms are nearly twice what a request waits.
        for (let turns = 0; turns < 2; turns += 1) await new Promise(setImmediate);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
        expect(await kept).toBe(true);
      }
      expect(cache.stats().storeFailures).toBe(before);
    } finally {
      await cache.close();
      await redis.stop();
    }
  });
});
