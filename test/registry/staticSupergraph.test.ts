import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Supergraph } from '../../src/model/supergraph.ts';
import { createStaticSupergraph, registryOptions } from '../../src/registry/registry.ts';
import { createManualClock } from '../support/manualClock.ts';
import { createRegistryFixture, edition, eventually, recordingLog, subgraph } from './registryFixture.ts';

const fixture = createRegistryFixture();
const ends: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await fixture.end();
});

/** Composed supergraphs, whose field `cities1` … says which. */
const composed: string[] = [];
let protectedSdl = '';
beforeAll(async () => {
  const { registry } = await fixture.start();
  for (const number of [0, 1, 2]) {
    await registry.publish([edition('cities', number)], { author: 'ann' });
    composed.push(registry.current()?.sdl ?? '');
  }
  const sdl =
    'type Query { a: Int @authenticated b: Int @requiresScopes(scopes: [["x"]]) c: Int @policy(policies: [["y"]]) }';
  const input = subgraph('protected', sdl);
  const imports = '"@authenticated", "@requiresScopes", "@policy"';
  await registry.publish([{ ...input, sdl: input.sdl.replace('"@authenticated"', imports) }], {
    author: 'ann',
  });
  protectedSdl = registry.current()?.sdl ?? '';
  await fixture.end();
});

async function serve(location: string, { dir, options = {} }: { dir?: string; options?: object } = {}) {
  const clock = createManualClock();
  const { log, lines } = recordingLog();
  const source = await createStaticSupergraph(
    registryOptions.parse({ supergraph: { interval: '9s', ...options } }),
    {
      location,
      dir: dir ?? (await fixture.folder()),
      clock,
      log,
    },
  );
  ends.push(source.close);
  const heard: Supergraph[] = [];
  source.onChange((supergraph) => heard.push(supergraph));
  const errors = () => lines.filter(({ level }) => level === 'error').map(({ message }) => message);
  const intervalMs = location.startsWith('http') ? 9000 : 500;
  /** Lets one look begin, and waits for its end. */
  const poll = async (): Promise<void> => {
    await eventually(() => clock.isAwaited(intervalMs));
    clock.advance(intervalMs);
    await eventually(() => clock.isAwaited(intervalMs));
  };
  return { source, clock, heard, errors, poll };
}

async function listen(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await eventually(() => server.listening);
  ends.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/supergraph.graphql`, server };
}

describe('a supergraph served from a file', () => {
  test('is served as it is, and follows the file', async () => {
    const path = join(await fixture.folder(), 'supergraph.graphql');
    await writeFile(path, composed[0] ?? '');
    const { source, heard, poll } = await serve(path);
    expect(source.current()).toMatchObject({ version: null, sdl: composed[0], subgraphs: [] });
    expect(source.state()).toEqual({ origin: 'location', fault: null });

    await writeFile(path, composed[1] ?? '');
    await poll();
    expect(heard).toHaveLength(1);
    expect(source.current()).toBe(heard[0]);
    expect(heard[0]?.sdl).toBe(composed[1]);

    await writeFile(`${path}.new`, composed[2] ?? '');
    await rename(`${path}.new`, path);
    await poll();
    expect(heard).toHaveLength(2);
    expect(source.current()?.sdl).toBe(composed[2]);
  });

  test('follows a symbolic link that is turned, as Kubernetes does with a ConfigMap', async () => {
    const folder = await fixture.folder();
    await mkdir(join(folder, '..data-1'));
    await mkdir(join(folder, '..data-2'));
    await writeFile(join(folder, '..data-1', 'supergraph.graphql'), composed[0] ?? '');
    await writeFile(join(folder, '..data-2', 'supergraph.graphql'), composed[1] ?? '');
    await symlink('..data-1', join(folder, '..data'));
    await symlink(join('..data', 'supergraph.graphql'), join(folder, 'supergraph.graphql'));
    const { source, heard, poll } = await serve(join(folder, 'supergraph.graphql'));

    await symlink('..data-2', join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    await poll();

    expect(heard).toHaveLength(1);
    expect(source.current()?.sdl).toBe(composed[1]);
  });

  test('keeps the old one while the file is bad, says why once, and takes the next good one', async () => {
    const path = join(await fixture.folder(), 'supergraph.graphql');
    await writeFile(path, composed[0] ?? '');
    const { source, heard, errors, poll } = await serve(path, { options: { maxSize: '64KB' } });
    const bad: ReadonlyArray<readonly [write: () => Promise<void>, reason: RegExp]> = [
      [
        () => writeFile(path, composed[1]?.slice(0, -40) ?? ''),
        /is not a supergraph that can be served: \d+:\d+ Syntax Error/,
      ],
      [() => writeFile(path, ''), /Syntax Error: Unexpected <EOF>/],
      [
        () => writeFile(path, edition('cities', 0).sdl),
        /is not a composed supergraph: it does not link the join specification/,
      ],
      [
        () => writeFile(path, composed[1]?.replace('join__Graph', 'joyn__Graph') ?? ''),
        /is not a supergraph that can be served/,
      ],
      [() => writeFile(path, ' '.repeat(65 * 1024)), /has 66560 bytes: 65536 are allowed/],
      [() => rm(path), /cannot be read: .*ENOENT/],
    ];
    for (const [index, [write, reason]] of bad.entries()) {
      await write();
      await poll();
      expect(errors()[index]).toMatch(reason);
      expect(source.state().fault).toMatch(reason);
      for (const _ of [1, 2, 3]) await poll();
      expect(errors()).toHaveLength(index + 1);
    }
    expect(source.current()?.sdl).toBe(composed[0]);
    expect(heard).toEqual([]);

    await writeFile(path, composed[1] ?? '');
    await poll();
    expect(heard).toHaveLength(1);
    expect(source.state().fault).toBeNull();
  });

  test('may protect fields with @authenticated, @requiresScopes and @policy', async () => {
    const path = join(await fixture.folder(), 'supergraph.graphql');
    await writeFile(path, protectedSdl);
    expect(protectedSdl).toContain('@policy');
    const { source } = await serve(path);
    expect(source.current()?.sdl).toBe(protectedSdl);
  });

  test('that is not there or not composed at the start is refused', async () => {
    const folder = await fixture.folder();
    await expect(serve(join(folder, 'none.graphql'))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/^The supergraph .*none\.graphql cannot be read: /),
    });
    await writeFile(join(folder, 'subgraph.graphql'), edition('cities', 0).sdl);
    await expect(serve(join(folder, 'subgraph.graphql'))).rejects.toMatchObject({
      code: 'COMPOSITION_FAILED',
      message: expect.stringMatching(
        /subgraph\.graphql is not a composed supergraph: .*publish it or compose it first$/,
      ),
    });
  });
});

describe('a supergraph served from a URL', () => {
  test('is asked for by its ETag, and followed', async () => {
    let sdl = composed[0] ?? '';
    let etag = '"1"';
    const asked: Array<string | undefined> = [];
    const { url } = await listen((request, response) => {
      asked.push(request.headers['if-none-match']);
      if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
      else response.writeHead(200, { etag }).end(sdl);
    });
    const { source, heard, poll } = await serve(url);
    expect(source.current()?.sdl).toBe(composed[0]);
    await poll();
    sdl = composed[1] ?? '';
    etag = '"2"';
    await poll();
    expect(heard).toHaveLength(1);
    expect(source.current()?.sdl).toBe(composed[1]);
    expect(asked).toEqual([undefined, '"1"', '"1"']);
  });

  test('keeps the last good one through a hundred bad answers, and takes the next good one in one poll (V61)', async () => {
    let answered = 0;
    let isGood = true;
    let sdl = composed[0] ?? '';
    const { url } = await listen((_request, response) => {
      answered += 1;
      response.writeHead(200).end(isGood ? sdl : `type Query { bad${answered}: Int }`);
    });
    const { source, heard, errors, poll } = await serve(url);
    isGood = false;
    for (let bad = 0; bad < 100; bad += 1) await poll();
    expect(answered).toBe(101);
    expect(source.current()?.sdl).toBe(composed[0]);
    expect(errors()).toEqual([expect.stringMatching(/is not a composed supergraph/)]);

    isGood = true;
    sdl = composed[1] ?? '';
    await poll();
    expect(heard).toHaveLength(1);
    expect(source.current()?.sdl).toBe(composed[1]);
  });

  test.each<[string, RequestListener, RegExp]>([
    ['an error', (_, response) => response.writeHead(500).end(), /was answered with 500/],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      /answered with 302, and redirects are not followed/,
    ],
    [
      'an answer without end',
      (_, response) => endless(response),
      /is larger than the 65536 bytes that are allowed/,
    ],
    ['a broken connection', (request) => request.socket.destroy(), /cannot be read: /],
    ['silence', () => undefined, /no answer in 10000 ms/],
  ])('is kept when the URL gives %s', async (kind, misbehave, reason) => {
    let listener: RequestListener = (_request, response) => response.writeHead(200).end(composed[0]);
    let asked = 0;
    const { url } = await listen((request, response) => {
      asked += 1;
      listener(request, response);
    });
    const { source, clock, errors } = await serve(url, { options: { maxSize: '64KB' } });
    listener = misbehave;
    clock.advance(9000);
    await eventually(() => asked === 2);
    if (kind === 'silence') clock.advance(10_000);
    await eventually(() => errors().length === 1);
    expect(errors()[0]).toMatch(reason);
    expect(errors()[0]).toMatch(/what is served stays in force$/);
    expect(source.current()?.sdl).toBe(composed[0]);
  });

  test('that is down at the start is served from what was kept of it, and only of it', async () => {
    const dir = await fixture.folder();
    let isDown = false;
    const { url, server } = await listen((request, response) => {
      if (isDown) request.socket.destroy();
      else response.writeHead(200).end(composed[0]);
    });
    await (await serve(url, { dir })).source.close();
    isDown = true;

    const { source, errors, poll } = await serve(url, { dir });
    expect(source.current()?.sdl).toBe(composed[0]);
    expect(source.state()).toMatchObject({
      origin: 'last-good',
      fault: expect.stringMatching(/cannot be read/),
    });
    expect(errors()).toEqual([expect.stringMatching(/the last good one on disk is served$/)]);
    isDown = false;
    await poll();
    expect(source.state().fault).toBeNull();
    expect(source.state().origin).toBe('location');

    isDown = true;
    await expect(serve(`${url}?other`, { dir })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(server.listening).toBe(true);
  });

  test('is refused when it points at a metadata address', async () => {
    await expect(serve('http://169.254.169.254/supergraph')).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/^The supergraph URL points at 169\.254\.169\.254/),
    });
  });
});

function endless(response: Parameters<RequestListener>[1]): void {
  response.writeHead(200);
  const write = (): void => {
    while (!response.destroyed && response.write('#'.repeat(16_384)));
  };
  response.on('drain', write);
  write();
}
