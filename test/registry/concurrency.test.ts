import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { ChangeOutcome } from '../../src/model/registry.ts';
import { onEachStore } from '../support/stores.ts';
import {
  createRegistryFixture,
  edition,
  eventually,
  type OpenRegistry,
  subgraph,
} from './registryFixture.ts';

onEachStore((store) => {
  /** Cases P4 and P5, and what two gateways on one store do to each other. */
  const fixture = createRegistryFixture(store);
  const children = new Set<ChildProcess>();
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await fixture.end();
  });

  const fifty = Array.from({ length: 50 }, (_, index) => index);

  /** The chain of versions has no gaps, and what is served is the newest. */
  async function expectWholeHistory({ registry }: OpenRegistry, versions: number): Promise<void> {
    const history = await registry.history({ limit: 500 });
    expect(history.map(({ version }) => version)).toEqual(
      Array.from({ length: versions }, (_, index) => versions - index),
    );
    expect(registry.current()).toEqual(await registry.supergraph(versions));
  }

  function fulfilled(results: readonly PromiseSettledResult<ChangeOutcome>[]): readonly ChangeOutcome[] {
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  function reasons(results: readonly PromiseSettledResult<ChangeOutcome>[]): readonly unknown[] {
    return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  }

  describe('fifty publishes at once', () => {
    test.each([
      ['with a base', { base: 1 }],
      ['without one', {}],
    ])('of one subgraph, %s: one wins, 49 conflict', async (_kind, terms) => {
      const opened = await fixture.start();
      await opened.registry.publish([edition('cities', 0)], { author: 'ann' });

      const results = await Promise.allSettled(
        fifty.map((number) =>
          opened.registry.publish([edition('cities', number + 1)], { author: `author ${number}`, ...terms }),
        ),
      );

      const [winner, ...others] = fulfilled(results);
      expect(others).toEqual([]);
      expect(winner).toMatchObject({ version: 2, changed: true });
      const refused = reasons(results);
      expect(refused).toHaveLength(49);
      for (const reason of refused) {
        expect(reason).toMatchObject({
          code: 'CONFLICT',
          status: 409,
          message: expect.stringMatching(
            /^Subgraph cities was changed by author \d+ at \d{4}-\S+Z \(publish, version 2\), after version 1 that this change is based on$/,
          ),
          extensions: { subgraph: 'cities', version: 2, author: expect.stringMatching(/^author/) },
        });
      }
      await expectWholeHistory(opened, 2);
    });

    test('of different subgraphs: all are in the final version', async () => {
      const opened = await fixture.start();
      const outcomes = await Promise.all(
        fifty.map((number) => opened.registry.publish([edition(`s${number}`, 0)], { author: 'ann' })),
      );
      expect(new Set(outcomes.map(({ version }) => version)).size).toBe(50);
      const names = (await opened.registry.subgraphs()).map(({ name }) => name);
      expect([...names].sort()).toEqual(fifty.map((number) => `s${number}`).sort());
      await expectWholeHistory(opened, 50);
    });
  });

  describe('a base', () => {
    test('that is old conflicts only with changes of the same subgraph', async () => {
      const { registry } = await fixture.start();
      await registry.publish([edition('cities', 0)], { author: 'ann' });
      await registry.publish([edition('trips', 0)], { author: 'bob' });
      expect(await registry.publish([edition('cities', 1)], { author: 'ann', base: 1 })).toMatchObject({
        version: 3,
      });
      await expect(registry.publish([edition('trips', 1)], { author: 'ann', base: 1 })).rejects.toMatchObject(
        {
          code: 'CONFLICT',
          message: expect.stringContaining('Subgraph trips was changed by bob'),
        },
      );
      await expect(registry.publish([edition('trips', 1)], { author: 'ann', base: 0 })).rejects.toMatchObject(
        {
          code: 'CONFLICT',
        },
      );
    });

    test('protects against an unpublish and a rollback in between too', async () => {
      const { registry } = await fixture.start();
      await registry.publish([edition('cities', 0), edition('trips', 0)], { author: 'ann' });
      await registry.unpublish('trips', { author: 'bob' });
      await expect(registry.publish([edition('trips', 1)], { author: 'ann', base: 1 })).rejects.toMatchObject(
        {
          code: 'CONFLICT',
          message: expect.stringContaining('by bob'),
        },
      );
      await registry.rollback(1, { author: 'carl' });
      await expect(registry.unpublish('trips', { author: 'ann', base: 2 })).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('(rollback, version 3)'),
      });
      await registry.publish([edition('trips', 2)], { author: 'ann' });
      await expect(registry.rollback(2, { author: 'ann', base: 3 })).rejects.toMatchObject({
        code: 'CONFLICT',
      });
    });
  });

  describe('two registries on one store', () => {
    test('publishing at once lose nothing', async () => {
      const first = await fixture.start();
      const second = await fixture.open(first.dir);
      const results = await Promise.allSettled(
        fifty
          .slice(0, 16)
          .map((number) =>
            (number % 2 ? first : second).registry.publish([edition(`s${number}`, 0)], { author: 'ann' }),
          ),
      );
      const acknowledged = fulfilled(results).map(({ version }) => version);
      expect(reasons(results)).toEqual([]);
      expect(new Set(acknowledged).size).toBe(16);
      const last = [first, second].find(({ registry }) => registry.current()?.version === 16);
      expect(last?.registry.current()?.subgraphs).toHaveLength(16);
      if (last) await expectWholeHistory(last, 16);
    });

    test('publishing one subgraph from one base: one wins', async () => {
      const first = await fixture.start();
      await first.registry.publish([edition('cities', 0)], { author: 'ann' });
      const second = await fixture.open(first.dir);
      const results = await Promise.allSettled(
        [first, second].map(({ registry }, index) =>
          registry.publish([edition('cities', index + 1)], { author: 'ann', base: 1 }),
        ),
      );
      expect(fulfilled(results)).toHaveLength(1);
      expect(reasons(results)).toEqual([expect.objectContaining({ code: 'CONFLICT' })]);
    });

    test('see what the other published, without being asked', async () => {
      const first = await fixture.start();
      const second = await fixture.open(first.dir, { options: { poll: '50ms' } });
      const heard = new Promise((resolve) => second.registry.onChange(resolve));
      await first.registry.publish([subgraph('cities', 'type Query { city: String }')], { author: 'ann' });
      expect(await heard).toEqual(first.registry.current());
    });
  });

  if (store.kind !== 'postgres') return;
  describe('two processes on one store, publishing fifty at once', () => {
    test('of one subgraph from one base: one wins, 49 conflict; of different ones: all are in', async () => {
      const opened = await fixture.start();
      await opened.registry.publish([edition('cities', 0)], { author: 'ann' });
      const racers = await Promise.all([1, 26].map((first) => startRacer(opened.url, first)));

      const ofOne = (await Promise.all(racers.map((racer) => racer.publish('one')))).flat();
      expect(ofOne.filter((outcome) => outcome === 2)).toHaveLength(1);
      expect(ofOne.filter((outcome) => outcome === 'CONFLICT')).toHaveLength(49);

      const ofMany = (await Promise.all(racers.map((racer) => racer.publish('many')))).flat();
      expect([...ofMany].sort((one, other) => Number(one) - Number(other))).toEqual(
        fifty.map((index) => index + 3),
      );
      for (const racer of racers) await racer.end();
      await eventually(() => opened.registry.current()?.version === 52);
      await expectWholeHistory(opened, 52);
      expect(await opened.registry.subgraphs()).toHaveLength(51);
    });

    async function startRacer(url: string, first: number) {
      const script = fileURLToPath(new URL('./publishRace.ts', import.meta.url));
      const child = spawn(process.execPath, [script, await fixture.folder(), url, `${first}`, '25'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      children.add(child);
      const closed = once(child, 'close');
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      expect((await lines.next()).value).toBe('ready');
      return {
        async publish(what: 'one' | 'many'): Promise<readonly (number | string)[]> {
          child.stdin.write(`${what}\n`);
          return JSON.parse((await lines.next()).value ?? '[]');
        },
        async end(): Promise<void> {
          child.stdin.end();
          await closed;
          children.delete(child);
        },
      };
    }
  });
});
