import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { loadSettings, settingsSections } from '../../src/config/config.ts';
import { createLog } from '../../src/observability/observability.ts';
import { askAdmin, eventually } from '../support/adminClient.ts';
import { createManualClock } from '../support/manualClock.ts';
import { sluice } from '../support/sluiceProcess.ts';
import { startTestGateway } from '../support/startTestGateway.ts';

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlLW9mLWFubg';
const apiKey = `sluice_${'a1B2c3D4e5F6'}${'x'.repeat(32)}a1B2c3`;

describe('what is not written to the log', () => {
  function recorded(options: { redact?: string[] } = {}) {
    const sink = new PassThrough();
    let text = '';
    sink.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const log = createLog(
      { level: 'debug', format: 'json', access: true, ...options },
      { destination: sink },
    );
    return { log, text: () => text };
  }

  test.each([
    ['a bearer token', `refused: Bearer ${jwt}`, jwt],
    ['a signed token by itself', `cannot verify ${jwt}`, jwt],
    ['an opaque token', 'sent Authorization: Bearer 0p4que-t0ken-hunter2', 'hunter2'],
    ['basic credentials', 'authorization: Basic YW5uOmh1bnRlcjI=', 'YW5uOmh1bnRlcjI='],
    ['an API key', `no consumer has ${apiKey}`, apiKey],
    ['a cookie', 'the header cookie: sid=hunter2; theme=dark was too long', 'hunter2'],
    ['credentials of a URL', 'connect postgres://ann:hunter2@db.example/sluice failed', 'hunter2'],
    ['a parameter of a URL', 'GET https://idp.example/x?access_token=hunter2&y=1 failed', 'hunter2'],
    ['a member of JSON', 'body was {"password":"hunter2","name":"ann"}', 'hunter2'],
  ])('%s in a message', (_title, message, secret) => {
    const { log, text } = recorded();
    const cause = new Error(message);
    log.error({ err: new Error('it failed', { cause }) }, 'a fault');
    log.warn({ detail: { deep: [{ why: message }] } }, 'a fault');
    log.debug({ why: message }, 'a fault');
    expect(text().match(/\[secret\]/g)?.length).toBeGreaterThanOrEqual(3);
    expect(text()).not.toContain(secret);
  });

  test.each([
    'authorization',
    'Cookie',
    'set-cookie',
    'x-api-key',
    'token',
    'access_token',
    'password',
    'variables',
  ])('a field called %s, however deep it stands', (name) => {
    const { log, text } = recorded();
    log.warn({ a: { b: [{ [name]: 'hunter2' }] } }, 'a fault');
    log.error(
      { err: Object.assign(new Error('x'), { cause: { message: 'y', [name]: 'hunter2' } }) },
      'a fault',
    );
    expect(text()).not.toContain('hunter2');
  });

  test('a field or variable that is tagged sensitive', () => {
    const { log, text } = recorded({ redact: ['iban', 'date_of_birth'] });
    log.warn({ input: { IBAN: 'hunter2', dateOfBirth: 'hunter2', name: 'ann' } }, 'a fault');
    expect(text()).not.toContain('hunter2');
    expect(text()).toContain('ann');
  });

  test('what is no secret stays, and what cannot be copied does no harm', () => {
    const { log, text } = recorded();
    const ring: Record<string, unknown> = { name: 'ring' };
    ring.self = ring;
    log.warn({ ring, at: new Date(0), url: new URL('http://a.example/b'), none: null, big: 1n }, 'odd');
    const line = JSON.parse(text());
    expect(line).toMatchObject({
      at: '1970-01-01T00:00:00.000Z',
      url: 'http://a.example/b',
      none: null,
      msg: 'odd',
    });
    expect(line.ring).toMatchObject({ name: 'ring', self: { name: 'ring' } });
    log.warn({ err: new TypeError('Unexpected token } in JSON') }, 'a fault');
    expect(text()).toContain('Unexpected token } in JSON');
  });
});

describe('lines on standard output', () => {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const run = (script: string) => {
    const start = `
      const { createLog } = await import('./src/observability/observability.ts');
      const log = createLog({ level: 'info', format: 'json', access: true });
    `;
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', start + script],
      { cwd },
    );
    const lines = stdout.toString().split('\n').slice(0, -1);
    return {
      status,
      last: lines.at(-1) ?? '',
      get lines() {
        return lines.map((line) => JSON.parse(line) as { at?: number; level: string });
      },
    };
  };

  const many = `
      for (let at = 0; at < 3000; at += 1) {
        log.info({ at, text: 'é'.repeat(100) }, 'line');
        if (at % 1000 === 500) log.error({ at }, 'fault');
        if (at % 700 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
  `;

  test('are all there, whole and in their order, errors among them too', () => {
    const { status, lines } = run(`${many} await log.flush();`);
    expect(status).toBe(0);
    expect(lines).toHaveLength(3003);
    const numbers = lines.map(({ at }) => Number(at));
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  });

  test('say why a process ended by a fault, whatever was being written', () => {
    const { status, last } = run(`${many} log.error({ at: 'end' }, 'over'); throw new Error('over');`);
    expect(status).toBe(1);
    expect(JSON.parse(last)).toMatchObject({ level: 'error', at: 'end' });
  });

  test('leave nothing with the process once they are written: neither timer nor listener', () => {
    const { status, lines } = run(`
      const count = () => process.listenerCount('exit');
      const before = count();
      log.info({ at: 1 }, 'line');
      const during = count() - before;
      await log.flush();
      const after = count() - before;
      log.info({ at: 2, during, after }, 'a later line is written all the same');
    `);
    expect(status).toBe(0);
    expect(lines).toMatchObject([{ at: 1 }, { at: 2, during: 1, after: 0 }]);
  });

  test('come within a second although nothing follows them', () => {
    const { status, lines } = run(`
      log.info({ at: 1 }, 'line');
      const { writeSync } = await import('node:fs');
      await new Promise((resolve) => setTimeout(resolve, 900));
      writeSync(1, '{"level":"mark"}\\n');
    `);
    expect(status).toBe(0);
    expect(lines.map(({ level }) => level)).toEqual(['info', 'mark']);
  });
});

describe('the level of the log', () => {
  const setLevel = (gateway: { adminUrl: string }, level: string, forSeconds: number) =>
    askAdmin<{ setLogLevel: { level: string; configured: string; until: string } }>(
      gateway,
      `mutation { setLogLevel(level: ${level}, forSeconds: ${forSeconds}) { level configured until } }`,
    );
  const levelOf = async (gateway: { adminUrl: string }) =>
    (await askAdmin<{ logLevel: { level: string } }>(gateway, '{ logLevel { level } }')).logLevel.level;

  test('is changed for a while by the admin, and is then what it was', async () => {
    const clock = createManualClock();
    const gateway = await startTestGateway({
      clock,
      settings: { observability: { log: { level: 'warn' } } },
    });
    try {
      await gateway.query('{ a }');
      expect(gateway.logText()).not.toContain('"msg":"request"');
      const { setLogLevel: state } = await setLevel(gateway, 'DEBUG', 600);
      expect(state).toEqual({
        level: 'DEBUG',
        configured: 'WARN',
        until: new Date(clock.wallMs() + 600_000).toISOString(),
      });
      await gateway.query('{ b }');
      await eventually(() => (gateway.logText().includes('"msg":"request"') ? true : null));
      clock.advance(600_000);
      expect(await levelOf(gateway)).toBe('WARN');
      expect(gateway.logText()).toMatch(/"to":"debug","author":"admin"/);
      expect(gateway.logText()).toContain('the log level is that of the settings again');
    } finally {
      await gateway.stop();
    }
  });

  test('follows the settings without a restart, but for the while that the admin gave it', async () => {
    const clock = createManualClock();
    const gateway = await startTestGateway({ clock });
    const reload = async (level: string) => {
      const file = join(gateway.folder, 'supergraph.yaml');
      await writeFile(
        file,
        `observability: { log: { level: ${level} } }\nserver: { port: 0, host: 127.0.0.1 }\nadmin: { port: 0 }\n`,
      );
      return gateway.reconfigure(await loadSettings({ file, env: {}, sections: settingsSections }));
    };
    try {
      expect(await reload('error')).toEqual([]);
      expect(await levelOf(gateway)).toBe('ERROR');
      await setLevel(gateway, 'DEBUG', 60);
      await reload('warn');
      expect(await levelOf(gateway)).toBe('DEBUG');
      clock.advance(60_000);
      expect(await levelOf(gateway)).toBe('WARN');
    } finally {
      await gateway.stop();
    }
  });

  test('is told and changed on the command line', async () => {
    const gateway = await startTestGateway();
    try {
      const admin = ['--admin', gateway.adminUrl];
      expect(await sluice(['log', 'level', ...admin])).toMatchObject({
        status: 0,
        stdout: 'The log is at info.\n',
      });
      const set = await sluice(['log', 'level', 'debug', '--for', '10m', ...admin]);
      expect(set).toMatchObject({ status: 0, stderr: '' });
      expect(set.stdout).toMatch(/^The log is at debug until \S+Z, then at info again\.\n$/);
      expect(gateway.logText()).toContain('"author":"ann"');
      expect(await sluice(['log', 'level', 'loud', ...admin])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('"loud"; allowed: trace, debug, info, warn, error, silent.'),
      });
      expect(await sluice(['log', 'level', 'debug', '--for', '30d', ...admin])).toMatchObject({ status: 1 });
    } finally {
      await gateway.stop();
    }
  });
});
