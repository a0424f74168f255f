/**
 * Takes the pictures of docs/images/, in both themes: npm run screenshots. They are of the example supergraph with two hours of usage that
 * were made up, then traffic that was not, a second version and a subgraph that fails.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { publish } from '../support/adminClient.ts';
import { consoleAddresses } from './consoleAddresses.ts';
import { chromiumPath, openBrowser } from './openBrowser.ts';
import { seedUsage } from './seedUsage.ts';
import {
  type ConsoleFixture,
  clients,
  createConsumers,
  operations,
  schemaOf,
  startConsole,
} from './startConsole.ts';

const [pictures = fileURLToPath(new URL('../../docs/images', import.meta.url)), ...only] =
  process.argv.slice(2);
const viewport = { width: 1280, height: 800 };
const healthyForMs = 85_000;
const failingForMs = 15_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Which subgraphs answer each of the operations that are asked in the example. */
const seeded = [
  { subgraphs: ['countries', 'currencies', 'cities', 'airports'], perMinute: 100, ms: 28 },
  { subgraphs: ['cities', 'countries'], perMinute: 70, ms: 14 },
  { subgraphs: ['airports', 'cities', 'countries'], perMinute: 50, ms: 18 },
  { subgraphs: ['currencies'], perMinute: 30, ms: 6 },
  { subgraphs: ['trips', 'countries', 'cities'], perMinute: 20, ms: 22 },
];

async function seed(folder: string): Promise<void> {
  await seedUsage({
    folder,
    schema: 'type Query { a: Int }',
    operations: seeded.map((each, at) => ({ ...each, text: operations[at]?.[0] ?? '' })),
    clients,
    minutes: 130,
    shape: (minutesAgo) =>
      1 + 0.5 * Math.sin(minutesAgo / 17) + (minutesAgo > 24 && minutesAgo < 29 ? 1.2 : 0),
  });
}

/** Pages that look like others. */
const leftOut = new Set(['sdl', 'client']);

async function takeAll(page: Page, { fixture, theme }: { fixture: ConsoleFixture; theme: string }) {
  for (const [name, address] of await consoleAddresses(fixture.gateway)) {
    if (only.length > 0 ? !only.includes(name) : leftOut.has(name)) continue;
    await page.goto(`${fixture.gateway.adminUrl}/${name === 'publish' ? `${address}/currencies` : address}`);
    await page.locator('h1').first().waitFor();
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    if (name === 'explorer') await explore(page);
    if (name === 'publish') await check(page);
    await pause(1500);
    await page.screenshot({ path: join(pictures, `console-${name}-${theme}.png`) });
    if (name !== 'operation') continue;
    await page.evaluate('document.querySelector(".plan").closest(".card").scrollIntoView()');
    await page.screenshot({ path: join(pictures, `console-plan-${theme}.png`) });
  }
}

async function explore(page: Page): Promise<void> {
  const frame = page.frameLocator('iframe');
  await frame.locator('.graphiql-query-editor .CodeMirror').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(
    'query Alps {\n  country(code: "CH") {\n    name\n    currency { code name }\n    cities(first: 3) { name population }\n  }\n}',
  );
  await page.keyboard.press('Control+Enter');
  await frame.locator('.result-window').getByText('Swiss Franc').waitFor();
}

/** Something that would break clients. */
async function check(page: Page): Promise<void> {
  const schema = page.locator('textarea');
  await page.waitForFunction('document.querySelector("textarea").value.includes("type Currency")');
  const text = await schema.inputValue();
  await schema.fill(
    text.replace('  "In English."\n  name: String\n', '  "Its sign, such as €."\n  sign: String\n'),
  );
  await page.getByRole('button', { name: 'Check' }).click();
  await page.getByText('It would break').waitFor();
}

async function takePictures(fixture: ConsoleFixture, executablePath: string): Promise<void> {
  const browser = await openBrowser(executablePath);
  const { gateway, subgraphs } = fixture;
  const ending = new AbortController();
  const traffic = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await fixture.traffic(8);
      await pause(900);
    }
  };
  try {
    await createConsumers(fixture);
    const field = '  name: String\n  "The flag, as an emoji."\n  flag: String\n';
    const sdl = schemaOf('countries').replace('  name: String\n', field);
    await fixture.traffic(60);
    const page = async (theme: 'light' | 'dark') => {
      const opened = await browser.newPage({ viewport, colorScheme: theme });
      await opened.goto(gateway.adminUrl);
      return { page: opened, theme };
    };
    const pages = [await page('light'), await page('dark')];
    const asking = traffic();
    await pause(healthyForMs);
    await publish(gateway, [{ name: 'countries', url: subgraphs.get('countries')?.url ?? '', sdl }]);
    await fixture.loseSubgraph('trips');
    await pause(failingForMs);
    for (const each of pages) await takeAll(each.page, { fixture, theme: each.theme });
    ending.abort();
    await asking;
  } finally {
    ending.abort();
    await browser.close();
  }
}

const executablePath = chromiumPath();
if (executablePath === null) throw new Error('There is no Chromium here: apt-get install chromium');
await mkdir(pictures, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), 'sluice-console-'));
try {
  await seed(folder);
  const fixture = await startConsole({ folder });
  try {
    await takePictures(fixture, executablePath);
  } finally {
    await fixture.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
