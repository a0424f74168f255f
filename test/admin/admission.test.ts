import { afterEach, describe, expect, test } from '@jest/globals';
import { adminOptions, createAdmin, fetchSdl } from '../../src/admin/admin.ts';
import { startAdmin, type TestAdmin } from './adminFixture.ts';

const open: TestAdmin[] = [];
async function adminWith(settings: Record<string, unknown> = {}): Promise<TestAdmin> {
  const admin = await startAdmin({ settings });
  open.push(admin);
  return admin;
}
afterEach(async () => {
  for (const admin of open.splice(0)) await admin.close();
});

const query = '{ status { ready } }';

describe('who may use the admin', () => {
  test('without tokens: whoever names it as on this machine, on its port', async () => {
    const admin = await adminWith();
    const { port } = new URL(admin.url);
    for (const host of [
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      `LOCALHOST:${port}`,
      `[::1]:${port}`,
      `127.1.2.3:${port}`,
    ]) {
      expect((await admin.ask(query, {}, { host })).status).toBe(200);
    }
  });

  test.each([
    'evil.example:PORT',
    'localhost',
    '127.0.0.1:1',
    'localhost.evil.example:PORT',
    '10.0.0.1:PORT',
    'localhost:PORT:1',
    '[::2]:PORT',
  ])('a Host of %s is refused: a name of another machine may lead here (DNS rebinding)', async (host) => {
    const admin = await adminWith();
    const answer = await admin.ask(query, {}, { host: host.replace('PORT', new URL(admin.url).port) });
    expect([answer.status, answer.json.errors?.[0]?.extensions.code]).toEqual([403, 'HEADER_DENIED']);
    expect((await admin.send({ method: 'GET', path: '/', headers: { host: 'evil.example' } })).status).toBe(
      403,
    );
  });

  test('without tokens: no page of another origin', async () => {
    const admin = await adminWith();
    const { port } = new URL(admin.url);
    for (const origin of [
      'http://evil.example',
      'null',
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${Number(port) + 1}`,
    ]) {
      const answer = await admin.ask(query, {}, { origin });
      expect([answer.status, answer.json.errors?.[0]?.extensions.code]).toEqual([403, 'HEADER_DENIED']);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect((await admin.ask(query, {}, { origin: admin.url })).status).toBe(200);
  });

  test('with tokens: who shows one, from anywhere; its name is the author', async () => {
    const admin = await adminWith({
      tokens: [
        { name: 'ann', token: 'a-token-of-ann-0123', role: 'viewer' },
        { name: 'ci', token: 'a-token-of-the-ci-0123', role: 'publisher' },
      ],
    });
    for (const authorization of [
      undefined,
      'Bearer',
      'Bearer wrong-token-0123456',
      'Basic a-token-of-ann-0123',
    ]) {
      const answer = await admin.ask(query, {}, authorization === undefined ? {} : { authorization });
      expect([answer.status, answer.json.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
      expect(answer.headers['www-authenticate']).toBe(
        authorization === 'Bearer wrong-token-0123456'
          ? 'Bearer realm="sluice admin", error="invalid_token"'
          : 'Bearer realm="sluice admin"',
      );
      expect(answer.text).not.toContain('0123');
    }
    const authorization = 'bearer a-token-of-the-ci-0123';
    const published = await admin.ask(
      'mutation { publish(author: "somebody else", subgraphs: [{ name: "a", url: "http://127.0.0.1:1", sdl: "type Query { a: Int }" }]) { version } }',
      {},
      { authorization, host: 'admin.example', origin: 'https://console.example' },
    );
    expect(published.status).toBe(200);
    const { json } = await admin.ask('{ history { author } }', {}, { authorization });
    expect(json.data).toEqual({ history: [{ author: 'ci' }] });
  });

  test.each(['0.0.0.0', '::', '192.0.2.1', 'admin.example'])(
    'bound to %s it wants a token before it starts',
    (host) => {
      const { error } = adminOptions.safeParse({ host });
      expect(error?.issues).toEqual([
        expect.objectContaining({ path: ['host'], message: expect.stringContaining(`found ${host},`) }),
      ]);
      const tokens = [{ name: 'ann', token: 'a-token-of-ann-0123' }];
      expect(adminOptions.parse({ host, tokens })).toMatchObject({ host });
      const parts = {
        registry: null,
        source: { current: () => null, onChange: () => () => undefined },
        planning: { plan: () => Promise.reject(new Error('not asked')) },
        fetchSdl,
        status: () => ({ ready: false, origin: null }),
      };
      expect(() => createAdmin({ ...adminOptions.parse({}), host }, parts as never)).toThrow(
        /admin\.host: found/,
      );
    },
  );

  test('tokens are long and hidden', () => {
    for (const token of ['short', 'with a space in it', 'x'.repeat(4097), 'ünprintable-0123'])
      expect(adminOptions.safeParse({ tokens: [{ name: 'ann', token }] }).error?.issues).toEqual([
        expect.objectContaining({ path: ['tokens', 0, 'token'] }),
      ]);
    expect(adminOptions.shape.tokens.unwrap().element.shape.token.meta()).toMatchObject({ secret: true });
  });

  test('an address that is taken is told in one sentence', async () => {
    const { url } = await adminWith();
    await expect(adminWith({ port: Number(new URL(url).port) })).rejects.toThrow(
      /^The admin cannot listen \(admin\.host, admin\.port\): listen EADDRINUSE.*\.$/,
    );
  });
});
