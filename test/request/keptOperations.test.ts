import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { sha256 } from '../../src/base/sha256.ts';
import { createKeptOperations, type KeptOperations } from '../../src/request/request.ts';
import { eventually } from '../support/adminClient.ts';
import { createManualClock } from '../support/manualClock.ts';
import { silentLog } from '../support/silentLog.ts';

const clock = createManualClock();
let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-operations-'));
  file = join(folder, 'busiest.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const document = parse('{ any }');

function ask(kept: KeptOperations, text: string, { times = 1, name = null as string | null } = {}): void {
  for (let asked = 0; asked < times; asked += 1)
    kept.count({ document: { text, sentText: text, hash: sha256(text), document }, name });
}

async function open(): Promise<{ kept: KeptOperations; warnings: string[] }> {
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_fields: object, message: string) => void warnings.push(message) };
  return { kept: await createKeptOperations(file, { clock, log }), warnings };
}

const textsOf = (kept: KeptOperations) => kept.best().map(({ text }) => text);

describe('the busiest operations', () => {
  test('are those asked most, each operation of a document by itself', async () => {
    const { kept } = await open();
    ask(kept, 'often', { times: 5 });
    ask(kept, 'two', { times: 2, name: 'B' });
    ask(kept, 'two', { times: 3, name: 'A' });
    ask(kept, 'last');
    expect(kept.best()).toEqual([
      { text: 'often', name: null, score: 5 },
      { text: 'two', name: 'A', score: 3 },
      { text: 'two', name: 'B', score: 2 },
      { text: 'last', name: null, score: 1 },
    ]);
    await kept.close();
  });

  test('are still known after a restart, what was asked then counts with what is asked now', async () => {
    const { kept: first } = await open();
    ask(first, 'a', { times: 3 });
    ask(first, 'b', { times: 2, name: 'B' });
    await first.close();
    const { kept: second, warnings } = await open();
    expect(second.best()).toEqual([
      { text: 'a', name: null, score: 3 },
      { text: 'b', name: 'B', score: 2 },
    ]);
    ask(second, 'b', { times: 2, name: 'B' });
    expect(textsOf(second)).toEqual(['b', 'a']);
    await second.close();
    expect(warnings).toEqual([]);
  });

  test('what was asked an hour ago counts half', async () => {
    const { kept } = await open();
    ask(kept, 'before', { times: 10 });
    ask(kept, 'always', { times: 3 });
    for (let passed = 0; passed < 120; passed += 1) clock.advance(30_000);
    ask(kept, 'always', { times: 4 });
    const [always, before] = kept.best();
    expect([always?.text, before?.text]).toEqual(['always', 'before']);
    expect(always?.score).toBeCloseTo(5.5);
    expect(before?.score).toBeCloseTo(5);
    // For months, so that no number gets too large.
    for (let passed = 0; passed < 120 * 24 * 60; passed += 1) clock.advance(30_000);
    ask(kept, 'now');
    expect(kept.best()[0]).toEqual({ text: 'now', name: null, score: 1 });
    await kept.close();
  });

  test('a flood of operations asked once or twice takes bounded memory and drives no busy one out', async () => {
    const { kept } = await open();
    const busy = Array.from({ length: 150 }, (_, index) => `busy ${index}`);
    for (const text of busy) ask(kept, text, { times: 5 });
    for (let index = 0; index < 10_000; index += 1) ask(kept, `flood ${index}`, { times: 1 + (index % 2) });
    for (let index = 0; index < 300; index += 1) ask(kept, `${index}${'#'.repeat(50_000)}`, { times: 3 });
    ask(kept, '#'.repeat(200_000), { times: 1000 });
    const best = kept.best();
    expect(best.length).toBeLessThanOrEqual(200);
    expect(textsOf(kept).slice(0, 150).sort()).toEqual([...busy].sort());
    expect(best.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(1_000_000);
    await kept.close();
    expect((await stat(file)).size).toBeLessThan(1_100_000);
  });

  test('are written every half minute, if any were asked, and at the end; readable by their owner alone', async () => {
    const { kept } = await open();
    clock.advance(30_000);
    ask(kept, 'a');
    clock.advance(29_999);
    expect(await readdir(folder)).toEqual([]);
    clock.advance(1);
    const written = await eventually(async () =>
      (await readdir(folder)).includes('busiest.json') ? readFile(file, 'utf8') : null,
    );
    expect(written).toContain('"a"');
    expect((await stat(file)).mode & 0o077).toBe(process.platform === 'win32' ? expect.any(Number) : 0);
    ask(kept, 'b');
    await kept.close();
    expect(await readFile(file, 'utf8')).toContain('"b"');
  });

  test.each([
    ['empty', ''],
    ['no JSON', '{"sha256": "'],
    ['another shape', JSON.stringify({ sha256: '', operations: [{ text: 7 }] })],
    [
      'a wrong checksum',
      JSON.stringify({ sha256: sha256('[]'), operations: [{ text: 'a', name: null, score: 9 }] }),
    ],
    ['a prototype', '{"sha256":"","operations":[],"__proto__":{"operations":[1]}}'],
    ['too many operations', JSON.stringify({ sha256: '', operations: Array.from({ length: 201 }, () => 0) })],
  ])('a file with %s is warned of, ignored and replaced', async (_what, content) => {
    await writeFile(file, content);
    const { kept, warnings } = await open();
    expect(warnings).toEqual([
      'the busiest operations of the last run cannot be read; they will be counted anew',
    ]);
    expect(kept.best()).toEqual([]);
    ask(kept, 'a');
    await kept.close();
    const again = await open();
    expect(textsOf(again.kept)).toEqual(['a']);
    expect(again.warnings).toEqual([]);
    await again.kept.close();
  });

  test('a file that is no file, or much too large, stops nobody; one that cannot be written is told once', async () => {
    await writeFile(file, 'x'.repeat(9 * 1024 ** 2));
    const large = await open();
    expect(large.warnings).toHaveLength(1);
    await large.kept.close();
    await rm(file);
    await mkdir(file);
    const { kept, warnings } = await open();
    ask(kept, 'a');
    for (let passed = 0; passed < 3; passed += 1) {
      clock.advance(30_000);
      ask(kept, 'a');
    }
    await kept.close();
    expect(warnings).toEqual([
      'the busiest operations of the last run cannot be read; they will be counted anew',
      'the busiest operations cannot be kept on disk',
    ]);
  });
});
