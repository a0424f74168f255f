import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { sha256 } from '../../src/base/sha256.ts';
import { onEachStore } from '../support/stores.ts';
import { createRegistryFixture } from './registryFixture.ts';

onEachStore((store) => {
  /** Case P6. */
  /** Fewer on Postgres: what a transaction is, is its own matter. */
  const kills = process.env.SLUICE_DEEP ? 100 : store.kind === 'sqlite' ? 20 : 5;
  const fixture = createRegistryFixture(store);
  const children = new Set<ChildProcess>();
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await fixture.end();
  });

  interface Place {
    readonly dir: string;
    readonly url: string;
  }

  interface Round {
    /** The last edition that was begun. */
    readonly begun: number;
    /** The editions whose publish was acknowledged, with their versions. */
    readonly done: ReadonlyMap<number, { version: number; changed: boolean }>;
  }

  type Publisher = ChildProcessByStdio<Writable, Readable, null>;

  /** A process that waits to be told where to begin: starting it is most of what a kill takes, and is done while the last one is judged. */
  function startPublisher({ dir, url }: Place): Publisher {
    const script = fileURLToPath(new URL('./publishLoop.ts', import.meta.url));
    const child = spawn(process.execPath, [script, dir, url], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.add(child);
    return child;
  }

  /** Lets a process publish from an edition on, and kills it at a random moment after its first publish was done. */
  async function publishUntilKilled(child: Publisher, first: number): Promise<Round> {
    child.stdin.write(`${first}\n`);
    const exited = once(child, 'exit');
    const done = new Map<number, { version: number; changed: boolean }>();
    let begun = first;
    for await (const line of createInterface({ input: child.stdout })) {
      const [word, number, version, changed] = line.split(' ');
      if (word === 'begun') begun = Number(number);
      if (word !== 'done') continue;
      if (done.size === 0) setTimeout(() => child.kill('SIGKILL'), Math.random() * 100);
      done.set(Number(number), { version: Number(version), changed: changed === 'true' });
    }
    await exited;
    children.delete(child);
    return { begun, done };
  }

  describe('a registry killed at a random moment of publishing', () => {
    test(
      `${kills} times: it has the old supergraph or the new, whole, and the repeated publish is the same version`,
      async () => {
        const dir = await fixture.folder();
        const place = { dir, url: await fixture.urlFor(dir) };
        let expectedOfRetry: { version: number; changed: boolean } | null = null;
        let first = 1;
        let head = 0;
        let waiting = startPublisher(place);
        for (let kill = 0; kill < kills; kill += 1) {
          const publisher = waiting;
          const round = publishUntilKilled(publisher, first);
          waiting = startPublisher(place);
          const { begun, done } = await round;
          if (expectedOfRetry) expect(done.get(first)).toEqual(expectedOfRetry);
          const acknowledged = Math.max(head, ...[...done.values()].map(({ version }) => version));

          const { registry, errors, close } = await fixture.open(dir);
          expect(errors()).toEqual([]);
          const served = registry.current();
          head = served?.version ?? 0;
          expect([acknowledged, acknowledged + 1]).toContain(head);
          expect(served?.hash).toBe(sha256(served?.sdl ?? ''));
          const [, newest] = [...(served?.subgraphs[0]?.sdl.matchAll(/cities(\d+)/g) ?? [])].at(-1) ?? [];
          const isThere = Number(newest) === begun;
          expect(Number(newest)).toBe(isThere ? begun : begun - 1);
          const history = await registry.history({ limit: 500 });
          expect(history.map(({ version }) => version)).toEqual(history.map((_, index) => head - index));
          await close();

          first = begun;
          expectedOfRetry = isThere
            ? { version: head, changed: false }
            : { version: head + 1, changed: true };
        }
      },
      kills * 30_000,
    );
  });
});
