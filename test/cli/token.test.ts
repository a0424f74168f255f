import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Folder, sluice, temporaryFolder } from '../support/sluiceProcess.ts';
import { startSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway } from '../support/startTestGateway.ts';

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('sluice token', () => {
  test('prints a token and nothing else', async () => {
    const { status, stdout, stderr } = await sluice(
      ['token', '--sub', 'ann', '--scopes', 'a b', '--expires', '5m'],
      {
        cwd: folder.path,
      },
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const { iat, exp, ...claims } = claimsOf(stdout);
    expect([claims, exp - iat]).toEqual([
      { sub: 'ann', scope: 'a b', iss: 'urn:sluice:dev', aud: 'urn:sluice:dev' },
      300,
    ]);
    const { mode } = await stat(join(folder.path, '.sluice', 'dev-issuer.pem'));
    expect(mode & 0o777).toBe(0o600);
  });

  test('refuses what is no duration with a status for wrong usage', async () => {
    expect(await sluice(['token', '--expires', 'forever'], { cwd: folder.path })).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^sluice: --expires is "forever"; .*\n$/),
    });
  });

  test('is taken by dev on the same folder, and by no other gateway', async () => {
    const words = await startSubgraph('words', {
      sdl: 'type Query { word: String }',
      resolvers: { Query: { word: () => 'x' } },
    });
    const start = (mode: 'dev' | 'serve', settings: Record<string, unknown> = {}) =>
      startTestGateway({
        subgraphs: [words],
        folder: folder.path,
        mode,
        settings: {
          storage: { dir: join(folder.path, '.sluice'), url: `sqlite:${folder.path}/.sluice` },
          ...settings,
        },
      });
    const tokens = await Promise.all(
      ['a', 'b'].map((sub) => sluice(['token', '--sub', sub], { cwd: folder.path })),
    );
    const [first, second] = tokens.map(({ stdout }) => ({ authorization: `Bearer ${stdout.trim()}` }));
    const dev = await start('dev');
    const answers = await Promise.all(
      [first, second, { authorization: 'Bearer nonsense' }, {}].map((headers) =>
        dev.query('{ word }', { headers: headers ?? {} }),
      ),
    );
    await dev.stop();
    // Both tokens are by one key, although two processes wanted to make it.
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 200]);

    const serve = await start('serve', {
      identity: {
        providers: [{ issuer: 'https://idp.invalid', audience: 'x', jwksUri: 'http://127.0.0.1:1/' }],
      },
    });
    const refused = await serve.query('{ word }', { headers: first ?? {} });
    await serve.stop();
    expect([refused.status, refused.body.errors?.[0]?.message]).toEqual([
      401,
      'The token is from no issuer that is trusted here.',
    ]);

    const off = await start('dev', { identity: { devIssuer: false, required: true } });
    expect((await off.query('{ word }', { headers: first ?? {} })).status).toBe(401);
    await off.stop();
    await words.stop();
  });
});
