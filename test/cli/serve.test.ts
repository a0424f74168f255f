import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import {
  type Folder,
  freePort,
  type Running,
  sluice,
  startSluice,
  temporaryFolder,
} from '../support/sluiceProcess.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';

let folder: Folder;
let countries: TestSubgraph;
const started: Running[] = [];
beforeEach(async () => {
  [folder, countries] = await Promise.all([
    temporaryFolder(),
    startSubgraph('countries', {
      sdl: 'type Query { country: String }',
      resolvers: { Query: { country: () => 'Chad' } },
    }),
  ]);
});
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await Promise.all([folder.remove(), countries.stop()]);
});

function serve(args: string[] = []): Running {
  const running = startSluice(['serve', ...args], { cwd: folder.path });
  started.push(running);
  return running;
}

async function settings(more = ''): Promise<{ port: number; adminPort: number }> {
  const [port, adminPort] = [await freePort(), await freePort()];
  await folder.write('countries.graphql', countries.sdl);
  await folder.write(
    'supergraph.yaml',
    `server: { port: ${port}, host: 127.0.0.1, drain: { delay: 0 } }
admin: { port: ${adminPort} }
subgraphs: { countries: { routing_url: "${countries.url}", schema: { file: countries.graphql } } }
${more}`,
  );
  return { port, adminPort };
}

/** What the gateway answers, once it answers. */
async function answerOf(port: number): Promise<unknown> {
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: '{"query":"{ country }"}',
      });
      if (response.status === 200) return await response.json();
      await response.arrayBuffer();
    } catch {
      // not listening yet
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('sluice serve', () => {
  test('serves what supergraph.yaml lists, is asked by the other commands, and ends with 0 on SIGTERM', async () => {
    const { port } = await settings();
    const gateway = serve();
    expect(await answerOf(port)).toEqual({ data: { country: 'Chad' } });
    // The configuration of the folder says where its admin is.
    const { stdout } = await sluice(['subgraphs', '--json'], { cwd: folder.path });
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'countries', source: 'file:countries.graphql' }]);

    gateway.child.kill('SIGTERM');
    const { status, stdout: log, stderr } = await gateway.ended;
    expect([status, stderr]).toEqual([0, '']);
    for (const line of log.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
  });

  test('takes changed settings without a restart, and refuses bad ones', async () => {
    const { port } = await settings();
    const gateway = serve();
    await answerOf(port);
    await folder.write('supergraph.yaml', 'server: { prot: 1 }\n');
    await gateway.says(
      /the changed settings are refused and the old ones stay:\nsupergraph\.yaml:1:\d+ {2}server\.prot/,
    );
    expect(await answerOf(port)).toEqual({ data: { country: 'Chad' } });
  });

  test('a folder without a configuration is told what to do', async () => {
    expect(await sluice(['serve'], { cwd: folder.path })).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'sluice: There is no supergraph.yaml here: write one with `sluice init`, or name another with --config, or serve a composed supergraph with --supergraph.\n',
    });
  });

  test('serves a composed supergraph without any configuration; a second signal ends it at once', async () => {
    const first = await settings();
    const gateway = serve();
    await answerOf(first.port);
    await folder.write('composed.graphql', (await sluice(['supergraph'], { cwd: folder.path })).stdout);
    gateway.child.kill('SIGTERM');
    await gateway.ended;

    const bare = await temporaryFolder();
    const [port, adminPort] = [await freePort(), await freePort()];
    const running = startSluice(['serve', '--supergraph', `${folder.path}/composed.graphql`], {
      cwd: bare.path,
      env: { PORT: String(port), ADMIN_PORT: String(adminPort) },
    });
    started.push(running);
    expect(await answerOf(port)).toEqual({ data: { country: 'Chad' } });
    const history = await sluice(['history'], { env: { ADMIN_PORT: String(adminPort) } });
    expect([history.status, history.stderr]).toEqual([1, expect.stringContaining('has no registry')]);
    // By default it goes on for five seconds, for load balancers to notice; a second signal does not wait for that.
    running.child.kill('SIGTERM');
    const ready = () => fetch(`http://127.0.0.1:${port}/health/ready`, { headers: { connection: 'close' } });
    await eventually(async () => ((await ready()).status === 503 ? true : null));
    running.child.kill('SIGTERM');
    expect((await running.ended).status).toBe(143);
    await bare.remove();
  });

  test('a port that is taken ends it with 1 and one sentence', async () => {
    const { adminPort } = await settings();
    await folder.write(
      'first.yaml',
      `server: { port: 0, host: 127.0.0.1 }\nadmin: { port: ${adminPort} }\nstorage: { url: "sqlite:other", dir: other }\n`,
    );
    const first = serve(['--config', 'first.yaml']);
    while ((await sluice(['history'], { env: { ADMIN_PORT: String(adminPort) } })).status !== 0);
    const { status, stderr } = await serve().ended;
    expect(status).toBe(1);
    expect(stderr).toMatch(/^sluice: [^\n]+\n$/);
    first.child.kill('SIGTERM');
    await first.ended;
  });
});
