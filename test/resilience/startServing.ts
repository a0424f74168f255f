import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askAdmin, eventually } from '../support/adminClient.ts';
import { freePort, startSluice } from '../support/sluiceProcess.ts';
import { pin } from './pin.ts';

export interface ServedSubgraph {
  readonly name: string;
  readonly sdl: string;
  readonly ports: readonly number[];
}

export interface Serving {
  readonly endpoint: string;
  readonly adminUrl: string;
  /** Whether it has a core of its own. */
  readonly isPinned: boolean;
  /** Resident memory in bytes. */
  memory(): number;
  /** Makes an API key with these scopes. */
  key(scopes: string): Promise<string>;
  stop(): Promise<void>;
}

/** `sluice serve` as a process of its own, over these subgraphs. */
export async function startServing(
  subgraphs: readonly ServedSubgraph[],
  { isPinned = false, ...settings }: { isPinned?: boolean; [section: string]: unknown } = {},
): Promise<Serving> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-resilience-'));
  const listed: Record<string, unknown> = {};
  for (const { name, sdl, ports } of subgraphs) {
    await writeFile(join(folder, `${name}.graphql`), sdl);
    const urls = ports.map((port) => `http://127.0.0.1:${port}/graphql`);
    listed[name] = { routing_url: urls[0], schema: { file: `${name}.graphql` }, instances: urls };
  }
  const [port, adminPort] = [await freePort(), await freePort()];
  const server = { port, host: '127.0.0.1' };
  await writeFile(
    join(folder, 'supergraph.yaml'),
    // What is kept of answers hides faults, but where it is to be seen that it does.
    JSON.stringify({
      server,
      admin: { port: adminPort },
      subgraphs: listed,
      cache: { enabled: false },
      ...settings,
    }),
  );
  const { child, ended } = startSluice(['serve'], { cwd: folder });
  const pinned = isPinned && pin(child.pid, 'gateway');
  const base = `http://127.0.0.1:${port}`;
  await eventually(
    () =>
      fetch(`${base}/health/ready`).then(
        ({ ok }) => (ok ? true : null),
        () => null,
      ),
    30_000,
  );
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  return {
    endpoint: `${base}/graphql`,
    adminUrl,
    isPinned: pinned,
    memory: () => residentBytes(child.pid ?? 0),
    async key(scopes) {
      const made = await askAdmin<{ createKey: { key: string } }>(
        { adminUrl },
        'mutation ($scopes: [String!]) { createKey(consumer: "load", scopes: $scopes) { key } }',
        { scopes: scopes.split(' ') },
      );
      return made.createKey.key;
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}
