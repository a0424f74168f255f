/**
 * How long each view takes until it is usable, with 1,000 operations and 200 clients recorded:
 *
 *     node test/console/measureViews.ts [./FOLDER] [VIEW…]     # a folder keeps what was recorded, for the next time within the hour
 *
 * Usable is: its data is shown and the next frame has been drawn. Figures in docs/console.md are of this.
 */
import { cp, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { askAdmin } from '../support/adminClient.ts';
import { consoleAddresses } from './consoleAddresses.ts';
import { chromiumPath, openBrowser } from './openBrowser.ts';
import { seedUsage } from './seedUsage.ts';
import { createConsumers, startConsole } from './startConsole.ts';

const operationCount = 1000;
const clientCount = 200;
const tries = 5;
const isFolder = (given: string): boolean => /^[./]/.test(given);
const [kept] = process.argv.slice(2).filter(isFolder);
/** Names of views; all unless some are given. */
const only = process.argv.slice(2).filter((given) => !isFolder(given));
const executablePath = chromiumPath();
if (executablePath === null) throw new Error('There is no Chromium here: apt-get install chromium');

const folder = await mkdtemp(join(tmpdir(), 'sluice-console-'));
const seeded = kept === undefined ? folder : resolve(kept);
const isSeeded = kept !== undefined && (await stat(join(seeded, '.sluice')).catch(() => null)) !== null;
if (!isSeeded) await seed(seeded);
if (seeded !== folder) await cp(seeded, folder, { recursive: true });
const fixture = await startConsole({ folder });
const browser = await openBrowser(executablePath);
try {
  await createConsumers(fixture);
  await fixture.traffic(100);
  const { usage } = await askAdmin<{
    usage: { now: { calls: number }; operations: { count: number }; clients: unknown[] };
  }>(
    fixture.gateway,
    '{ usage(lastSeconds: 86400) { now { calls } operations { count } clients(first: 1000) { name } } }',
  );
  process.stdout.write(
    `${usage.now.calls} requests of ${usage.operations.count} operations by ${usage.clients.length} clients in 24 h\n`,
  );
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  for (const span of ['1h', '24h'])
    for (const [name, address] of await consoleAddresses(fixture.gateway)) {
      if (only.length > 0 && !only.includes(name)) continue;
      const times: number[] = [];
      for (let at = 0; at < tries; at += 1) {
        await page.goto('about:blank');
        const startedAtMs = performance.now();
        const separator = address.includes('?') ? '&' : '?';
        const windowed = address.includes('window=')
          ? address.replace('1h', span)
          : `${address}${separator}window=${span}`;
        await page.goto(`${fixture.gateway.adminUrl}/${windowed}`, { waitUntil: 'commit' });
        await page.locator('h1').first().waitFor();
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        if (name === 'explorer') await page.frameLocator('iframe').locator('.CodeMirror').first().waitFor();
        await page.evaluate(
          'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))',
        );
        times.push(performance.now() - startedAtMs);
      }
      times.sort((one, other) => one - other);
      process.stdout.write(
        `${span.padEnd(4)} ${name.padEnd(14)} median ${times[tries >> 1]?.toFixed(0)} ms, longest ${times.at(-1)?.toFixed(0)} ms\n`,
      );
    }
} finally {
  await browser.close();
  await fixture.stop();
  await rm(folder, { recursive: true, force: true });
}

/** A day of it. */
async function seed(into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  await seedUsage({
    folder: into,
    schema: 'type Query { country(code: ID!): Country } type Country { name: String }',
    operations: Array.from({ length: operationCount }, (_, at) => ({
      text: `query Page${at} { country(code: "CH") { n${at}: name } }`,
      subgraphs: ['countries'],
      perMinute: 0.12,
      ms: 5 + (at % 40),
    })),
    clients: Array.from({ length: clientCount }, (_, at) => [`client-${at}`, '1.0', `consumer-${at % 50}`]),
    minutes: 24 * 60,
    shape: () => 1,
  });
}
