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

const operator = 'an-operators-token-0123';
const publisher = 'a-publishers-token-0123';
const viewer = 'a-viewers-token-01234567';

let folder: Folder;
let gateway: Running;
let env: { ADMIN_PORT: string };
beforeEach(async () => {
  folder = await temporaryFolder();
  const [port, adminPort] = [await freePort(), await freePort()];
  env = { ADMIN_PORT: String(adminPort) };
  await folder.write('operator.token', `${operator}\n`);
  await folder.write('words.graphql', 'type Query { word: String }');
  await folder.write(
    'supergraph.yaml',
    `server: { port: ${port}, host: 127.0.0.1, drain: { delay: 0 } }
admin:
  port: ${adminPort}
  tokens:
    - { name: olga, role: operator, token: "\${file:operator.token}" }
    - { name: ci-words, role: publisher, subgraphs: [words], token: "\${CI_TOKEN}" }
    - { name: grafana, token: "\${GRAFANA_TOKEN}" }
`,
  );
  gateway = startSluice(['serve'], {
    cwd: folder.path,
    env: { CI_TOKEN: publisher, GRAFANA_TOKEN: viewer },
  });
  await eventually(async () => ((await as(operator, 'history')).status === 0 ? true : null), 15_000);
});
afterEach(async () => {
  gateway.child.kill('SIGKILL');
  await gateway.ended;
  await folder.remove();
});

/** The token by the environment, as it is best given. */
const as = (token: string, ...args: string[]) =>
  sluice(args, { cwd: folder.path, env: { ...env, SLUICE_ADMIN_TOKEN: token } });
const publishWords = [
  'publish',
  'words',
  '--url',
  'http://127.0.0.1:1/graphql',
  '--schema',
  'words.graphql',
] as const;

describe('sluice with admin.tokens', () => {
  test('lets each token do what its role may, and lists who did what', async () => {
    expect(await as(viewer, ...publishWords)).toMatchObject({
      status: 1,
      stderr: 'sluice: publish needs a token with the role publisher; grafana has the role viewer.\n',
    });
    expect(await as(publisher, ...publishWords)).toMatchObject({ status: 0 });
    expect(await as(publisher, 'rollback', '1')).toMatchObject({ status: 1 });
    expect(await as(publisher, 'keys', 'create', 'acme')).toMatchObject({
      status: 1,
      stderr: 'sluice: createKey needs a token with the role operator; ci-words has the role publisher.\n',
    });
    const created = await as(operator, 'keys', 'create', 'acme');
    expect(created.status).toBe(0);
    expect((await as(viewer, 'history')).stdout).toMatch(/^1 .* publish {2}words {6}ci-words$/m);

    expect(await as(viewer, 'audit')).toMatchObject({ status: 1 });
    const { stdout } = await as(operator, 'audit');
    const time = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
    for (const line of [
      '^ID +AT +BY +FROM +ACTION +TARGET +RESULT\n',
      `^5 +${time} +olga +127\\.0\\.0\\.1 +createKey +acme +done\n`,
      `^4 +${time} +ci-words +127\\.0\\.0\\.1 +createKey +acme +refused FORBIDDEN\n`,
      `^3 +${time} +ci-words +127\\.0\\.0\\.1 +rollback +1 +refused FORBIDDEN\n`,
      `^2 +${time} +ci-words +127\\.0\\.0\\.1 +publish +words +done\n`,
      `^1 +${time} +grafana +127\\.0\\.0\\.1 +publish +words +refused FORBIDDEN\n`,
    ])
      expect(stdout).toMatch(new RegExp(line, 'm'));
    const json = JSON.parse((await as(operator, 'audit', '--first', '1', '--after', '3', '--json')).stdout);
    expect(json).toMatchObject([{ id: 2, role: 'publisher', details: { version: 1, changed: true } }]);

    // The log goes out within half a second; at the end all of it has.
    gateway.child.kill('SIGTERM');
    const { stdout: log, stderr } = await gateway.ended;
    expect(log.match(/"msg":"admin change"/g)).toHaveLength(5);
    for (const secret of [operator, publisher, viewer, created.stdout.trim()])
      expect(log + stderr).not.toContain(secret);
  });

  test('takes a token that was replaced in its file, without a restart', async () => {
    await folder.write('operator.token', 'the-next-operators-token\n');
    const next = await eventually(async () => {
      const ended = await as('the-next-operators-token', 'history');
      return ended.status === 0 ? ended : null;
    });
    expect(next.stdout).toBe('Nothing has been published yet.\n');
    expect(await as(operator, 'history')).toMatchObject({
      status: 1,
      stderr: 'sluice: This token is not one of admin.tokens.\n',
    });
  });

  test('config print shows who has a token, and none', async () => {
    const { stdout } = await sluice(['config', 'print'], {
      cwd: folder.path,
      env: { CI_TOKEN: publisher, GRAFANA_TOKEN: viewer },
    });
    expect(stdout).toMatch(/name: ci-words .*\n.*token: .*\n.*role: publisher .*\n.*subgraphs:\n +- words /);
    for (const secret of [operator, publisher, viewer]) expect(stdout).not.toContain(secret);
  });
});
