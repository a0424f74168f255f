import { appendFile, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { createManualClock } from '../support/manualClock.ts';
import { askedOf, operationOf, outcomeOf, sessionOf } from '../support/outcomes.ts';
import { startTcpProxy } from '../support/startTcpProxy.ts';
import { onEachStore } from '../support/stores.ts';
import { createBillingFixture, type OpenBilling } from './billingFixture.ts';

onEachStore((store) => {
  const fixture = createBillingFixture(store);
  const ends: Array<() => Promise<void>> = [];
  afterEach(async () => {
    await fixture.end();
    for (const end of ends.splice(0)) await end();
  });

  const settings = { currency: 'EUR', plans: { gold: { price: { amount: 1 } } } };
  const operation = operationOf('query Words { word }');
  const session = sessionOf('acme', 'gold');

  function record(billing: OpenBilling, count: number): void {
    const asked = [askedOf({ operation, result: 'data', cost: { estimated: 5, measured: 3 } })];
    for (let index = 0; index < count; index += 1)
      billing.record(outcomeOf({ asked, schema: null, session }));
  }

  /** Operations and units of acme. */
  async function billed(billing: OpenBilling): Promise<[number, bigint]> {
    const invoice = await billing.invoices.invoice({ consumer: 'acme' });
    const [first = { operations: 0, units: 0n }] = invoice?.operations ?? [];
    return [first.operations, first.units];
  }

  /** A place for a store that nobody can reach until it is let in. */
  async function outage(dir: string): Promise<{ url: string; end(): Promise<void> }> {
    if (store.kind === 'sqlite') {
      const path = join(dir, 'store');
      await writeFile(path, 'in the way');
      return { url: `sqlite:${path}`, end: () => rm(path) };
    }
    const through = new URL(await store.place(dir));
    const proxy = await startTcpProxy({ host: through.hostname, port: Number(through.port) });
    ends.push(() => proxy.stop());
    proxy.set('closed');
    Object.assign(through, { hostname: '127.0.0.1', port: proxy.port });
    return { url: through.href, end: async () => void proxy.set('open') };
  }

  const logsIn = async (dir: string): Promise<readonly string[]> =>
    (await readdir(join(dir, 'billing'))).filter((name) => /^[0-9a-f]{16}$/.test(name));

  describe('a store that is away', () => {
    test('for ten minutes: nothing is lost and nothing is there twice', async () => {
      const clock = createManualClock();
      const dir = await fixture.folder();
      const { url, end } = await outage(dir);
      const billing = await fixture.open({ clock, dir, url, settings });
      for (let second = 0; second < 600; second += 1) {
        record(billing, 10);
        clock.advance(1000);
        if (second % 60 === 0)
          await expect(billed(billing)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      }
      expect(billing.invoices.waitingBytes()).toBeGreaterThan(6000 * 50);
      await end();
      expect(await eventually(async () => await billed(billing).catch(() => null))).toEqual([6000, 18_000n]);
      expect(billing.invoices.waitingBytes()).toBe(0);
      expect(billing.invoices.lost()).toBe(0);
      expect(billing.said.filter((line) => line.includes('waits in its log'))).toHaveLength(1);
    });

    test('is told by how much waits, for how long and how often it failed; and that it is over', async () => {
      const clock = createManualClock();
      const dir = await fixture.folder();
      const { url, end } = await outage(dir);
      const billing = await fixture.open({ clock, dir, url, settings });
      record(billing, 3);
      let passedMs = 0;
      await eventually(() => {
        if (billing.stats().failures > 0) return true;
        clock.advance(1000);
        passedMs += 1000;
        return null;
      });
      const behind = { recorded: 3, stored: 0, waiting: 3, oldestMs: passedMs, lost: 0 };
      expect(billing.stats()).toMatchObject(behind);
      expect(billing.stats().waitingBytes).toBeGreaterThan(0);
      await end();
      await eventually(async () => {
        clock.advance(1000);
        return (await billed(billing).catch(() => [0]))[0] === 3 ? true : null;
      });
      const after = { recorded: 3, stored: 3, waiting: 0, oldestMs: 0, waitingBytes: 0, lost: 0 };
      expect(billing.stats()).toMatchObject(after);
      // What a process leaves is stored by the next one, which did not record it.
      record(billing, 2);
      clock.advance(50);
      await fixture.close(billing);
      const next = await fixture.open({ clock, dir, url, settings });
      expect(next.stats()).toMatchObject({ recorded: 0, waiting: 0, failures: 0 });
    });

    test('until the end: the next process finds it all in the log', async () => {
      const dir = await fixture.folder();
      const { url, end } = await outage(dir);
      const first = await fixture.open({ clock: createManualClock(), dir, url, settings });
      record(first, 100);
      await fixture.close(first);
      expect(await logsIn(dir)).toHaveLength(1);
      await end();
      // It has no plans any more, and adds up what is left all the same.
      const second = await fixture.open({ clock: createManualClock(), dir, url });
      expect(await eventually(async () => ((await billed(second))[0] > 0 ? billed(second) : null))).toEqual([
        100,
        300n,
      ]);
      await eventually(async () => ((await logsIn(dir)).length === 0 ? true : null));
    });

    test('takes no more room for what an earlier process left: both logs together are bounded', async () => {
      const clock = createManualClock();
      const dir = await fixture.folder();
      const { url, end } = await outage(dir);
      const open = () =>
        fixture.open({
          clock,
          dir,
          url,
          settings: { ...settings, log: { max: '1MB' } },
        });
      const first = await open();
      record(first, 12_000);
      expect(first.stats().lost).toBe(0);
      await fixture.close(first);
      const second = await open();
      const taken = await eventually(() => {
        record(second, 100);
        const { lost, recorded } = second.stats();
        return lost > 0 ? recorded : null;
      });
      expect(taken).toBeLessThan(6000);
      await end();
      const [operations] = await eventually(async () => {
        clock.advance(1000);
        const [count, units] = await billed(second).catch(() => [0, 0n]);
        return count > 12_000 ? [count, units] : null;
      });
      expect(operations).toBe(12_000 + taken);
    });

    test('for longer than there is room: what is too much is lost loudly, the rest is not', async () => {
      const clock = createManualClock();
      const dir = await fixture.folder();
      const { url, end } = await outage(dir);
      const billing = await fixture.open({ clock, dir, url, settings: { ...settings, log: { max: '1MB' } } });
      for (let turn = 0; turn < 20; turn += 1) {
        record(billing, 1000);
        await billed(billing).catch(() => undefined);
      }
      const lost = billing.invoices.lost();
      expect(lost).toBeGreaterThan(0);
      expect(billing.said.filter((line) => line.startsWith('Too much waits to be billed'))).toHaveLength(1);
      expect(billing.invoices.waitingBytes()).toBeLessThan(1.1 * 1024 ** 2);
      await end();
      const [operations] = await eventually(async () => await billed(billing).catch(() => null));
      expect(operations).toBe(20_000 - lost);
      record(billing, 1);
      expect((await billed(billing))[0]).toBe(20_000 - lost + 1);
    });
  });

  test('a disk that takes nothing: what is to be billed waits in memory, and is billed when there is room', async () => {
    const clock = createManualClock();
    const dir = await fixture.folder();
    const url = await store.place(await fixture.folder());
    await writeFile(join(dir, 'billing'), 'in the way');
    const billing = await fixture.open({ clock, dir, url, settings });
    record(billing, 10);
    await billed(billing);
    record(billing, 10);
    expect((await billed(billing))[0]).toBe(0);
    expect(billing.said).toContain(
      'The log of billing cannot be written; what is to be billed waits in memory',
    );
    await rm(join(dir, 'billing'));
    expect(await billed(billing)).toEqual([20, 60n]);
    expect(billing.said).toContain('The log of billing can be written again');
  });

  test('a log whose process was killed is added up by the next one, its torn end cut off', async () => {
    const clock = createManualClock();
    const [dir, killedDir] = [await fixture.folder(), await fixture.folder()];
    const { url: away } = await outage(killedDir);
    const killed = await fixture.open({ clock, dir: killedDir, url: away, settings });
    record(killed, 50);
    await billed(killed).catch(() => undefined);
    const [instance = ''] = await logsIn(killedDir);
    await mkdir(join(dir, 'billing'));
    await cp(join(killedDir, 'billing', instance), join(dir, 'billing', instance), { recursive: true });
    const torn = Buffer.from([200, 0, 0, 0, 1, 2, 3, 4, 1, 5, 6]);
    await appendFile(join(dir, 'billing', instance, '0000000001.log'), torn);

    const next = await fixture.open({ clock, dir, settings });
    expect(await eventually(async () => ((await billed(next))[0] > 0 ? billed(next) : null))).toEqual([
      50,
      150n,
    ]);
    await eventually(async () => ((await logsIn(dir)).includes(instance) ? null : true));
    expect(next.said).toEqual(['The log of billing ends in a torn record, which was cut off']);
  });

  test('a log that is being written is nobody else’s to add up; each process on one store has its own', async () => {
    const clock = createManualClock();
    const dir = await fixture.folder();
    const url = await store.place(dir);
    const billings = await Promise.all([1, 2, 3].map(() => fixture.open({ clock, dir, url, settings })));
    for (const billing of billings) record(billing, 40);
    for (const billing of billings) await billed(billing);
    expect(await logsIn(dir)).toHaveLength(3);
    clock.advance(60_000);
    for (const billing of billings) record(billing, 2);
    for (const billing of billings) await billed(billing);
    const [first] = billings;
    if (first) expect(await billed(first)).toEqual([126, 378n]);
    for (const billing of billings) await fixture.close(billing);
    expect(await logsIn(dir)).toEqual([]);
  });

  test('files that are stored are kept for who wants to audit them, as long as the settings say', async () => {
    const clock = createManualClock();
    const dir = await fixture.folder();
    const billing = await fixture.open({ clock, dir, settings: { ...settings, log: { keep: '7d' } } });
    record(billing, 5);
    await billed(billing);
    await fixture.close(billing);
    expect(await readdir(join(dir, 'billing', 'kept'))).toEqual([
      expect.stringMatching(/^[0-9a-f]{16}-0000000001\.log$/),
    ]);
  });
});
