import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { createExplain, type Explain, explainOptions } from '../../src/explain/explain.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { createStoreThread, storageOptions } from '../../src/storage/storage.ts';
import { lendThread } from '../support/lendThread.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';
import { askedOf, operationOf, outcomeOf } from '../support/outcomes.ts';
import { silentLog } from '../support/silentLog.ts';
import { onEachStore, sqliteStore } from '../support/stores.ts';

const ends: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-explain-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

interface Opened extends Explain {
  readonly explanations: NonNullable<Explain['explanations']>;
}

function open(
  folder: string,
  url: string,
  { clock, ...settings }: { clock: ManualClock } & Record<string, unknown>,
): Opened {
  const explain = createExplain(explainOptions.parse({ sample: 0, ...settings }), {
    storage: storageOptions.parse({ url, dir: folder }),
    storeThread: createStoreThread({ log: silentLog, startThread: lendThread }),
    folder,
    clock,
    random: () => 0.5,
    log: silentLog,
  });
  ends.push(explain.close);
  const { explanations } = explain;
  if (!explanations) throw new Error('It is switched off');
  return { ...explain, explanations };
}

const schema = buildSchema('type Query { a: Int }');
const fine = askedOf({ operation: operationOf('query Fine { a }') });

function outcome(
  requestId: string,
  {
    codes = [],
    totalMs = 1,
    finished = true,
    text = '',
  }: { codes?: string[]; totalMs?: number; finished?: boolean; text?: string } = {},
): Outcome {
  const decisions = text === '' ? [] : [{ part: 'test', atMs: 0, tell: () => ({ text }) }];
  return outcomeOf({ asked: [fine], schema, requestId, codes, totalMs, finished, decisions });
}

onEachStore((store) => {
  test('what was kept is found after a restart, and by another gateway on the same store', async () => {
    const clock = createManualClock();
    const [folder, other] = [await temporary(), await temporary()];
    const url = await store.place(folder);
    const first = open(folder, url, { clock });
    first.record(outcome('one', { codes: ['SUBGRAPH_TIMEOUT'] }));
    clock.advance(5);
    first.record(outcome('two', { totalMs: 1000 }));
    await first.close();

    const second = open(folder, url, { clock });
    const [found] = await second.explanations.find('one');
    expect(found).toMatchObject({ requestId: 'one', why: 'error', codes: ['SUBGRAPH_TIMEOUT'] });
    expect(found?.decisions.map(({ part }) => part)).toEqual(['address', 'response']);
    expect((await second.explanations.last(10)).map(({ requestId, why }) => [requestId, why])).toEqual([
      ['one', 'error'],
      ['two', 'slow'],
    ]);
    if (store.kind === 'postgres') {
      const third = open(other, url, { clock });
      expect(await third.explanations.find('two')).toHaveLength(1);
    }
    expect(await second.explanations.find('three')).toEqual([]);
  });

  test('it is deleted when it is older than it is kept, and the oldest when there are too many', async () => {
    const clock = createManualClock();
    const folder = await temporary();
    const { record, explanations } = open(folder, await store.place(folder), {
      clock,
      retention: '1h',
      max: 100,
      memory: '256KB',
    });
    const error = { codes: ['FORBIDDEN'] };
    record(outcome('old', error));
    await explanations.last(1);
    clock.advance(3_600_000);
    for (let index = 0; index < 150; index += 1) {
      record(outcome(`r${index}`, error));
      clock.advance(1000);
    }
    await explanations.last(1);
    clock.advance(61_000);
    record(outcome('newest', error));
    const last = await explanations.last(1000);
    expect(last).toHaveLength(100);
    expect(last[0]).toMatchObject({ requestId: 'newest' });
    expect(last[99]).toMatchObject({ requestId: 'r51' });
  });
});

describe('what is kept', () => {
  async function opened(settings: object = {}) {
    const clock = createManualClock();
    const folder = await temporary();
    return { clock, ...open(folder, await sqliteStore.place(folder), { clock, ...settings }) };
  }

  test('errors, what is slow, what nobody waited for and a sample; nothing else', async () => {
    const { record, explanations } = await opened({ slow: '100ms', sample: 0.4 });
    record(outcome('error', { codes: ['RATE_LIMITED'] }));
    record(outcome('slow', { totalMs: 100 }));
    record(outcome('fast', { totalMs: 99 }));
    record(outcome('gone', { finished: false }));
    const kept = await explanations.last(10);
    expect(kept.map(({ requestId, why }) => `${requestId} ${why}`).sort()).toEqual([
      'error error',
      'gone gone',
      'slow slow',
    ]);
    const sampling = await opened({ sample: 0.6 });
    sampling.record(outcome('fast'));
    expect(await sampling.explanations.find('fast')).toMatchObject([{ why: 'sample' }]);
  });

  test('of a flood of one error ten a second, so that a rare one has room', async () => {
    const { record, explanations, clock } = await opened();
    for (let index = 0; index < 1000; index += 1)
      record(outcome(`a${index}`, { codes: ['UNAUTHENTICATED'] }));
    record(outcome('rare', { codes: ['INTERNAL_SERVER_ERROR'] }));
    expect(await explanations.last(1000)).toHaveLength(11);
    expect(await explanations.find('rare')).toHaveLength(1);
    expect(explanations.skipped()).toBe(990);
    clock.advance(1000);
    record(outcome('later', { codes: ['UNAUTHENTICATED'] }));
    expect(await explanations.find('later')).toHaveLength(1);
  });

  test('in bounded memory, while the store takes nothing', async () => {
    const clock = createManualClock();
    const folder = await temporary();
    const { record, explanations } = open(folder, 'postgres://nobody@127.0.0.1:1/none', {
      clock,
      memory: '256KB',
    });
    for (let index = 0; index < 500; index += 1) {
      record(outcome(`r${index}`, { codes: ['FORBIDDEN'], text: 'x'.repeat(500) }));
      clock.advance(200);
    }
    expect(await explanations.find('r499')).toHaveLength(1);
    await expect(explanations.find('r0')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  test('nothing, where it is switched off', () => {
    const { explanations, record } = createExplain(explainOptions.parse({ enabled: false }), {} as never);
    record(outcome('any', { codes: ['FORBIDDEN'] }));
    expect(explanations).toBeNull();
  });
});
