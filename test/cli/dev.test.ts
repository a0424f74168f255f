import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Folder,
  freePort,
  type Running,
  sluice,
  startSluice,
  temporaryFolder,
} from '../support/sluiceProcess.ts';

/** Answers everything with what it was given; ends by itself when asked to. */
const subgraph = (greeting: string) => `
import { createServer } from 'node:http';
createServer((request, response) => {
  if (request.url === '/end') process.exit(3);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ data: { greeting: ${JSON.stringify(greeting)} + (process.env.MARK ?? '') } }));
}).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('pid', process.pid));
`;

let folder: Folder;
let port: number;
let subgraphPort: number;
let dev: Running | null = null;
beforeEach(async () => {
  [folder, port, subgraphPort] = await Promise.all([temporaryFolder(), freePort(), freePort()]);
  await folder.write('schema.graphql', 'type Query { greeting: String }');
  await folder.write('server.mjs', subgraph('hello'));
  await folder.write(
    'supergraph.yaml',
    `server: { port: ${port} }
admin: { port: 0 }
subgraphs:
  hello:
    routing_url: http://127.0.0.1:${subgraphPort}/graphql
    schema: { file: schema.graphql }
    dev: { command: node server.mjs, env: { MARK: "!" } }
`,
  );
});
afterEach(async () => {
  dev?.child.kill('SIGKILL');
  await dev?.ended;
  dev = null;
  await folder.remove();
});

async function startDev(): Promise<Running> {
  dev = startSluice(['dev'], { cwd: folder.path, env: { PORT: String(port) } });
  await dev.says('Sluice is ready.');
  return dev;
}

async function greeting(): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: '{"query":"{ greeting }"}',
  });
  const { data } = (await response.json()) as { data?: { greeting: unknown } };
  return data?.greeting;
}

async function until(look: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 20));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const pidOf = (running: Running): number => Number(running.stdout().match(/pid (\d+)\n/)?.[1]);

describe('sluice dev', () => {
  test('starts subgraphs and gateway on their ports, and ends them all', async () => {
    const running = await startDev();
    expect(running.stdout()).toContain(`  endpoint  http://127.0.0.1:${port}/graphql\n`);
    expect(running.stdout()).toMatch(/ {2}console {3}http:\/\/127\.0\.0\.1:\d+\/\n/);
    expect(running.stdout()).not.toContain('curl'); // there is no country here
    expect(running.stdout()).toMatch(/^ {2}token {5}eyJ[\w-]+\.[\w-]+\.[\w-]+$/m);
    expect(running.stdout()).toMatch(/^hello +\| pid \d+$/m);
    await until(async () => (await greeting()) === 'hello!');
    const pid = pidOf(running);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ status: 0, stderr: '' });
    expect(isAlive(pid)).toBe(false);
  });

  test('a subgraph that ends by itself is reported, and started again when its files change', async () => {
    const running = await startDev();
    await fetch(`http://127.0.0.1:${subgraphPort}/end`).catch(() => null);
    await running.says('ended by itself (exit code 3); it is started again when its files change');
    await folder.write('server.mjs', subgraph('hello again'));
    await running.says('its files changed: starting again');
    await until(async () => (await greeting()) === 'hello again!');
    // One that runs is started again as well.
    await folder.write('server.mjs', subgraph('once more'));
    await until(async () => (await greeting()) === 'once more!');
  });

  test('a changed schema file is published', async () => {
    await startDev();
    await folder.write('schema.graphql', 'type Query { greeting: String farewell: String }');
    await until(async () => {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: '{"query":"{ __type(name: \\"Query\\") { fields { name } } }"}',
      });
      return (await response.text()).includes('farewell');
    });
  });

  test('a subgraph of changed settings is started, one that is gone is ended', async () => {
    const running = await startDev();
    const pid = pidOf(running);
    const otherPort = await freePort();
    await folder.write(
      'supergraph.yaml',
      `server: { port: ${port} }
admin: { port: 0 }
subgraphs:
  other:
    routing_url: http://127.0.0.1:${otherPort}/graphql
    schema: { file: schema.graphql }
    dev: { command: node server.mjs }
`,
    );
    await running.says(/^other +\| pid \d+$/m);
    expect(isAlive(pid)).toBe(false);
  });

  test('leaves no subgraph behind when it is killed', async () => {
    const running = await startDev();
    const pid = pidOf(running);
    running.child.kill('SIGKILL');
    await running.ended;
    await until(() => !isAlive(pid));
  });

  test('wants a configuration', async () => {
    await rm(`${folder.path}/supergraph.yaml`);
    const { status, stderr } = await sluice(['dev'], { cwd: folder.path });
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^sluice: There is no supergraph\.yaml here: .*\n$/),
    ]);
  });
});
