/** Takes the pictures of docs/images/, in both themes: node test/console/screenshots.ts */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { askAdmin, publish } from '../support/adminClient.ts';
import { chromiumPath, openBrowser } from './openBrowser.ts';
import { type ConsoleFixture, createConsumers, schemaOf, startConsole } from './startConsole.ts';

const folder = process.argv[2] ?? fileURLToPath(new URL('../../docs/images', import.meta.url));
const only = process.argv[3];
const viewport = { width: 1280, height: 800 };
const trafficForMs = 25_000;

/** What each picture is of; an address is known when there was traffic. */
async function pictures({ gateway }: ConsoleFixture): Promise<readonly (readonly [string, string])[]> {
  const { usage, explanations } = await askAdmin<{
    usage: { operation: { operation: { id: string } } };
    explanations: { requestId: string; operations: string[]; why: string }[];
  }>(
    gateway,
    '{ usage(lastSeconds: 3600) { operation(id: "CountryPage") { operation { id } } } explanations(first: 500) { requestId operations why } }',
  );
  const explained = explanations.find(({ operations }) => operations.includes('CountryPage'));
  return [
    ['overview', '#/overview'],
    ['overview-hour', '#/overview?window=1h'],
    ['operations', '#/operations'],
    ['operation', `#/operations/${usage.operation.operation.id}`],
    ['schema', '#/schema/versions'],
    ['types', '#/schema/types/Country'],
    ['subgraphs', '#/subgraphs'],
    ['subgraph', '#/subgraphs/cities'],
    ['clients', '#/clients'],
    ['consumer', '#/clients/consumers/acme'],
    ['requests', '#/requests'],
    ['request', `#/requests/${explained?.requestId}`],
    ['explorer', '#/explorer'],
    ['limits', '#/limits'],
  ];
}

async function takeAll(
  page: Page,
  { fixture, theme }: { fixture: ConsoleFixture; theme: string },
): Promise<void> {
  for (const [name, address] of await pictures(fixture)) {
    if (only !== undefined && !name.startsWith(only)) continue;
    await page.goto(`${fixture.gateway.adminUrl}/${address}`);
    await page.waitForTimeout(name.startsWith('overview') || name === 'explorer' ? 2500 : 900);
    await page.screenshot({ path: `${folder}/${name}-${theme}.png` });
  }
}

const executablePath = chromiumPath();
if (executablePath === null) throw new Error('There is no Chromium here: apt-get install chromium');
await mkdir(folder, { recursive: true });
const fixture = await startConsole();
const browser = await openBrowser(executablePath);
try {
  await createConsumers(fixture);
  const sdl = schemaOf('countries').replace(
    '  name: String\n',
    '  name: String\n  "The flag, as an emoji."\n  flag: String\n',
  );
  await publish(fixture.gateway, [
    { name: 'countries', url: fixture.subgraphs.get('countries')?.url ?? '', sdl },
  ]);
  await fixture.gateway.query(
    `{ country(code: "CH") ${'{ cities(first: 1) { country '.repeat(11)} { name } ${'} }'.repeat(11)} }`,
  );
  let goesOn = true;
  const asking = (async () => {
    while (goesOn) await fixture.traffic(30).then(() => new Promise((resolve) => setTimeout(resolve, 700)));
  })();
  const pages = await Promise.all(
    (['light', 'dark'] as const).map(async (theme) => {
      const page = await browser.newPage({ viewport, colorScheme: theme, deviceScaleFactor: 1 });
      await page.goto(fixture.gateway.adminUrl);
      page.on(
        'console',
        (message) => message.type() === 'error' && process.stderr.write(`${message.text()}\n`),
      );
      page.on('pageerror', (failure) => process.stderr.write(`${failure.stack}\n`));
      return { page, theme };
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, only === undefined ? trafficForMs : 8000));
  for (const { page, theme } of pages) await takeAll(page, { fixture, theme });
  goesOn = false;
  await asking;
} finally {
  await browser.close();
  await fixture.stop();
}
