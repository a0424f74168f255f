import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Folder, sluice, temporaryFolder } from '../support/sluiceProcess.ts';

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

describe('using the command line', () => {
  test.each([
    ['an unknown command', ['publsh'], "sluice: unknown command 'publsh' (Did you mean publish?)\n"],
    ['an unknown option', ['history', '--all'], "sluice: unknown option '--all'\n"],
    ['a missing argument', ['publish'], "sluice: missing required argument 'name'\n"],
    ['too many arguments', ['history', 'a'], 'sluice: too many arguments'],
    [
      'a version that is no number',
      ['rollback', 'last'],
      "argument 'version'. It is a whole number from 1.\n",
    ],
    ['an admin that is no URL', ['history', '--admin', 'localhost'], '"localhost"; it has to be a URL'],
  ])('%s is wrong usage: 2, with one sentence', async (_what, args, sentence) => {
    const { status, stdout, stderr } = await sluice(args);
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect([status, stdout]).toEqual([2, '']);
  });

  test('help is on standard output, with examples for each command', async () => {
    const top = await sluice(['--help']);
    expect([top.status, top.stderr]).toEqual([0, '']);
    const names = [...top.stdout.matchAll(/^ {2}([a-z]+)(?: \[options\])?(?: [<[]\w+[>\]])? {2,}/gm)].map(
      ([, name]) => name,
    );
    expect(names).toEqual([
      'init',
      'dev',
      'serve',
      'publish',
      'check',
      'unpublish',
      'rollback',
      'history',
      'audit',
      'subgraphs',
      'instances',
      'supergraph',
      'plan',
      'usage',
      'invoice',
      'explain',
      'limits',
      'cache',
      'log',
      'keys',
      'token',
      'config',
      'help',
    ]);
    for (const name of ['publish', 'check', 'rollback', 'plan', 'serve']) {
      const { status, stdout } = await sluice([name, '--help']);
      expect([status, stdout]).toEqual([0, expect.stringMatching(/Examples?:\n {2}\$ /)]);
    }
  });

  test('without a command it shows its help and ends with 2', async () => {
    const { status, stdout, stderr } = await sluice([]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: sluice');
  });

  test('the version is the one of the package', async () => {
    const { status, stdout } = await sluice(['--version']);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });

  test('an admin that is not there is told in one sentence that says what to do', async () => {
    const { status, stdout, stderr } = await sluice(['history', '--admin', 'http://127.0.0.1:1']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'sluice: The admin at http://127.0.0.1:1 cannot be reached (connect ECONNREFUSED 127.0.0.1:1): start it with `sluice serve`, or say where it is with --admin URL.\n',
    );
  });

  test('the admin is where ADMIN_PORT says, else the configuration, else at 4100', async () => {
    const cwd = folder.path;
    const asked = async (env: Record<string, string>, args: string[] = []) =>
      (await sluice(['history', ...args], { cwd, env })).stderr.match(/admin at (\S+)/)?.[1];
    // A port that is never open: what matters is which one is named.
    expect(await asked({ ADMIN_PORT: '2' })).toBe('http://127.0.0.1:2');
    await folder.write('plain.yaml', 'admin: { port: 3 }');
    expect(await asked({}, ['--config', 'plain.yaml'])).toBe('http://127.0.0.1:3');
    await folder.write('reference.yaml', 'admin: { port: "$' + '{ADMIN:-4}", host: "::1" }');
    expect(await asked({}, ['--config', 'reference.yaml'])).toBe('http://[::1]:4');
    expect((await sluice(['history', '--config', 'none.yaml'], { cwd })).stderr).toBe(
      'sluice: none.yaml cannot be read: there is no such file.\n',
    );
  });

  test('init writes a configuration that can be used, and overwrites nothing unasked', async () => {
    const cwd = folder.path;
    expect(await sluice(['init', '--config', 'new.yaml'], { cwd })).toMatchObject({ status: 0, stderr: '' });
    const check = await sluice(['config', 'check', '--config', 'new.yaml'], { cwd });
    expect([check.status, check.stdout]).toEqual([0, 'new.yaml can be used: 1 subgraph.\n']);
    await folder.write('mine.yaml', 'subgraphs: {}');
    const refused = await sluice(['init', '--config', 'mine.yaml'], { cwd });
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringContaining('mine.yaml is there already'),
    ]);
    expect(await sluice(['init', '--config', 'mine.yaml', '--force'], { cwd })).toMatchObject({ status: 0 });
  });

  test('a configuration that cannot be used is told with file:line:column', async () => {
    await folder.write('bad.yaml', 'server:\n  prot: 4000\n');
    const { status, stdout, stderr } = await sluice(['config', 'check', '--config', 'bad.yaml'], {
      cwd: folder.path,
    });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^sluice: bad\.yaml:2:3 {2}server\.prot: /);
  });

  test('config print shows each setting with its source, and no secret', async () => {
    const cwd = folder.path;
    await folder.write('secret.yaml', 'admin:\n  tokens: [{ name: ann, token: "a-token-of-ann-0123" }]\n');
    const { status, stdout } = await sluice(['config', 'print', '--config', 'secret.yaml'], {
      cwd,
      env: { PORT: '4444' },
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/port: 4444 # PORT \(environment\)/);
    expect(stdout).not.toContain('0123');
    const json = await sluice(['config', 'print', '--config', 'secret.yaml', '--json'], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({ settings: { admin: { port: 4100 } } });
  });

  test('config schema is a JSON Schema', async () => {
    const { status, stdout } = await sluice(['config', 'schema']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'object',
      properties: { server: {}, admin: {}, planning: {} },
    });
  });
});
