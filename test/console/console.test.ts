import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { askAdmin, eventually } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway } from '../support/startTestGateway.ts';
import { consoleAddresses } from './consoleAddresses.ts';
import { chromiumPath, openBrowser } from './openBrowser.ts';
import { type ConsoleFixture, createConsumers, schemaOf, startConsole } from './startConsole.ts';
import { type PageWatch, watchPage } from './watchPage.ts';

const executablePath = chromiumPath();
if (executablePath === null)
  process.stderr.write(
    'Browser tests of the console are skipped: no Chromium is installed here (Debian: apt-get install chromium).\n',
  );
const inBrowser = executablePath === null ? describe.skip : describe;

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

inBrowser('the console in a browser', () => {
  let fixture: ConsoleFixture;
  let browser: Browser;
  let page: Page;
  let watch: PageWatch;

  beforeAll(async () => {
    [fixture, browser] = await Promise.all([startConsole(), openBrowser(executablePath ?? '')]);
    await createConsumers(fixture);
    await fixture.traffic(60);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
    page.setDefaultTimeout(8000);
    watch = watchPage(page, fixture.gateway.adminUrl);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await fixture?.stop();
  });

  const open = async (address: string): Promise<void> => {
    await page.goto(`${fixture.gateway.adminUrl}/${address}`);
    await page.locator('h1').first().waitFor();
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  };
  const quiet = (): void => {
    expect({ faults: watch.faults, foreign: watch.foreign }).toEqual({ faults: [], foreign: [] });
  };
  const ask = <Data>(query: string, variables = {}) => askAdmin<Data>(fixture.gateway, query, variables);

  test('its first load is at most 60 kB as sent, and nothing of GraphiQL', async () => {
    await open('');
    await page.getByText('The supergraph now').waitFor();
    expect(await watch.loadedBytes()).toBeGreaterThan(10_000);
    expect(await watch.loadedBytes()).toBeLessThanOrEqual(60_000);
    quiet();
  });

  test('every page opens in both themes, without a serious fault of accessibility', async () => {
    const faults: string[] = [];
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      for (const [name, address] of await consoleAddresses(fixture.gateway)) {
        if (theme === 'dark' && !colourful.has(name)) continue;
        await open(address);
        const alerts = await page.locator('[role="alert"]').allTextContents();
        faults.push(...alerts.map((alert) => `${name}: ${alert}`));
        faults.push(...(await seriousFaults(page, theme)).map((fault) => `${name}, ${theme}: ${fault}`));
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
    expect(faults).toEqual([]);
    quiet();
  }, 60_000);

  test('the overview shows requests within seconds of their end, and each subgraph', async () => {
    await open('#/overview');
    const shown = page.locator('.tile', { hasText: 'Requests' }).locator('dd').first();
    await fixture.traffic(40);
    await eventually(async () => ((await shown.textContent()) === '0/s' ? null : true));
    expect(await page.locator('.map a').count()).toBe(5);
  });

  test('an operation is searched for and looked at: its plan, its calls, its text', async () => {
    await open('#/operations');
    await page.getByLabel('Search operations').fill('countryp');
    await page.waitForURL(/search=countryp/);
    await page.getByRole('link', { name: 'CountryPage' }).click();
    await page.getByRole('region', { name: 'Query plan' }).waitFor();
    const fetches = await page.locator('.fetch header > span:first-child').allTextContents();
    expect(new Set(fetches)).toEqual(new Set(['countries', 'currencies', 'cities', 'airports']));
    expect(await page.locator('.fetch header .number').allTextContents()).toEqual(
      fetches.map(() => expect.stringMatching(/\d (ms|s|µs) · [\d.]+ (ms|s|µs)/)),
    );
    expect(await page.getByLabel('The operation').textContent()).toContain('query CountryPage');
  });

  test('a subgraph is checked, published, and its version rolled back', async () => {
    await open('#/schema/publish/currencies');
    const schema = page.getByLabel('Schema', { exact: true }).and(page.locator('textarea'));
    await eventually(async () => ((await schema.inputValue()).includes('type Currency') ? true : null));
    await schema.fill(`${schemaOf('currencies')}\nextend type Currency { motto: String }`);
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText("Field 'motto' was added").waitFor();
    await page.getByRole('button', { name: 'Publish currencies' }).click();
    await page.waitForURL(/schema\/versions\/2/);
    expect(await ask('{ status { version } }')).toEqual({ status: { version: 2 } });
    await page.getByLabel('Changes of currencies').getByText('motto').waitFor();

    await page.getByRole('link', { name: /^1\b/ }).click();
    await page.getByRole('button', { name: 'Roll back to it' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await page.getByText('rollback to 1').first().waitFor();
    expect(await ask('{ history(first: 1) { version kind rolledBackTo } }')).toEqual({
      history: [{ version: 3, kind: 'ROLLBACK', rolledBackTo: 1 }],
    });
  });

  test('what would break clients is published only when they say so', async () => {
    await open('#/schema/publish/currencies');
    const schema = page.locator('textarea');
    await eventually(async () => ((await schema.inputValue()).includes('type Currency') ? true : null));
    await schema.fill(schemaOf('currencies').replace('  "In English."\n  name: String\n', ''));
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('It would break').waitFor();
    expect(await page.getByRole('button', { name: 'Publish currencies' }).isDisabled()).toBe(true);
    await page.getByLabel('Publish although clients would break').check();
    expect(await page.getByRole('button', { name: 'Publish currencies' }).isEnabled()).toBe(true);
  });

  test('an instance is registered, ejected, readmitted and drained', async () => {
    const url = fixture.subgraphs.get('cities')?.url.replace('127.0.0.1', 'localhost') ?? '';
    await open('#/subgraphs/cities');
    await page.getByRole('button', { name: 'Register an instance' }).click();
    await page.getByRole('dialog').getByLabel('URL').fill(url);
    await page.getByRole('dialog').getByLabel('Zone').fill('b');
    await page.getByRole('dialog').getByRole('button', { name: 'Register' }).click();
    await page.getByRole('button', { name: 'Drain' }).waitFor();
    const leases = '{ instances(subgraph: "cities") { url zone } }';
    expect(await ask(leases)).toEqual({ instances: [{ url, zone: 'b' }] });

    const row = page
      .getByRole('table', { name: 'Instances', exact: true })
      .locator('tr', { hasText: 'localhost' });
    const healthOf = async () => {
      const { upstream } = await ask<{ upstream: { instances: { name: string; health: string }[] }[] }>(
        '{ upstream { instances { name health } } }',
      );
      const instances = upstream.flatMap((each) => each.instances);
      return instances.find(({ name }) => name === new URL(url).host)?.health;
    };
    await row.getByRole('button', { name: 'Eject' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Eject' }).click();
    await row.getByText('ejected').waitFor();
    expect(await healthOf()).toBe('EJECTED');
    await row.getByRole('button', { name: 'Readmit' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Readmit' }).click();
    await row.getByText('healthy').waitFor();
    expect(await healthOf()).toBe('HEALTHY');

    await page.getByRole('button', { name: 'Drain' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Drain' }).click();
    await eventually(async () =>
      (await ask<{ instances: unknown[] }>(leases)).instances.length === 0 ? true : null,
    );
    await page.getByText('If it were lost').waitFor();
  });

  test('a consumer gets a key that works, and is suspended', async () => {
    await open('#/clients');
    await page.getByRole('link', { name: 'New consumer' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Consumer').fill('umbrella');
    await dialog.getByLabel('Plan').fill('gold');
    await dialog.getByRole('button', { name: 'Create' }).click();
    const key = await page.getByTestId('created-key').textContent();
    const headers = { 'x-api-key': key ?? '' };
    expect((await fixture.gateway.query('{ currency(code: "CHF") { name } }', { headers })).status).toBe(200);

    await page.waitForURL(/consumers\/umbrella/);
    await page.getByRole('button', { name: 'Suspend' }).click();
    await dialog.getByRole('button', { name: 'Suspend' }).click();
    await page.getByText('All its keys are refused').first().waitFor();
    expect((await fixture.gateway.query('{ __typename }', { headers })).status).toBe(401);
  });

  test('an invoice is shown and downloaded', async () => {
    await open('#/clients/consumers/acme');
    await page.getByRole('table', { name: 'Invoice' }).getByText('49.00 EUR').first().waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    expect(readFileSync(await file.path(), 'utf8')).toContain('gold');
  });

  test('requests are filtered as they end, and one is explained', async () => {
    await open('#/requests');
    await fixture.gateway.query('query Faulty { nothing }', {
      headers: { 'apollographql-client-name': 'faulty-client' },
    });
    await page.getByLabel('Filter requests').fill('faulty-client');
    const row = page.getByRole('table', { name: 'Requests', exact: true }).locator('tbody tr');
    await row.getByText('GRAPHQL_VALIDATION_FAILED').waitFor();
    await row.getByRole('link').click();
    await page.getByText('What was decided').waitFor();
    expect(await page.locator('.timeline li').count()).toBeGreaterThan(2);
    expect(await page.locator('.pairs').textContent()).toContain('it ended with errors');
  });

  test('the explorer asks the gateway, and shows the plan', async () => {
    await open('#/explorer');
    const frame = page.frameLocator('iframe');
    await frame.locator('.graphiql-query-editor .CodeMirror').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('query Explored { currency(code: "CHF") { name } }');
    await page.keyboard.press('Control+Enter');
    await frame.locator('.result-window').getByText('Swiss Franc').waitFor();
    await page.getByText('The last one was answered with 200').waitFor();
    await page.getByRole('button', { name: 'Show the plan' }).click();
    expect(await page.locator('.fetch header').first().textContent()).toContain('currencies');
    const { usage } = await ask<{ usage: { client: { now: { calls: number } } } }>(
      '{ usage { client(name: "sluice-console") { now { calls } } } }',
    );
    expect(usage.client.now.calls).toBeGreaterThan(0);
  });

  test('a rule that logs only tells what it would have refused', async () => {
    await open('#/limits');
    const row = page.locator('tr', { hasText: 'limits.operation.aliases' });
    await row.getByText('logs only').waitFor();
    expect(Number(await row.locator('td').nth(4).textContent())).toBeGreaterThan(0);
  });

  test('who changed what is found by the change and by who it was', async () => {
    await open('#/audit');
    await page.getByLabel('Which change').selectOption('createKey');
    await page.waitForURL(/action=createKey/);
    const rows = page.getByRole('table', { name: 'Audit' }).locator('tbody tr');
    await eventually(async () =>
      (await rows.getByText('createKey').count()) === (await rows.count()) ? true : null,
    );
    await rows.locator('summary', { hasText: 'umbrella' }).click();
    await rows.getByText('"plan": "gold"').first().waitFor();
    await open('#/audit?by=nobody');
    await page.getByText('No change fits').waitFor();
  });

  test('it is used by keyboard alone', async () => {
    await open('#/overview');
    await page.reload();
    await page.locator('h1').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toContain('To the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Limits' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Limits' }).waitFor();
  });

  test('a breaker that opened is told of, and reset', async () => {
    await fixture.loseSubgraph('airports');
    await eventually(async () => {
      const { body } = await fixture.gateway.query('{ airport(iata: "ZRH") { name } }');
      return body.errors?.[0]?.extensions.code === 'CIRCUIT_OPEN' ? true : null;
    });
    await open('#/subgraphs/airports');
    await page.getByText('the breaker opened').first().waitFor();
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
    await page.getByText('admin reset the breaker: closed').waitFor();
  });

  test('nothing of all that was a fault, or asked another host', quiet);

  describe('names and texts of somebody who means harm', () => {
    const script = '"><script>window.harmed = 1</script><img src=x onerror="window.harmed = 1">';
    let hostile: TestSubgraph;
    let other: Awaited<ReturnType<typeof startTestGateway>>;

    beforeAll(async () => {
      const long = `${script} [click](javascript:window.harmed=1) ${'x'.repeat(1_000_000)}`;
      hostile = await startSubgraph('hostile', {
        sdl: `type Query { good: String ${JSON.stringify(long)} bad: String }`,
        resolvers: {
          Query: {
            good: () => script,
            bad: () => {
              throw new Error(long);
            },
          },
        },
      });
      other = await startTestGateway({
        subgraphs: [hostile],
        settings: { explain: { sample: 1 }, limits: { operation: { tokens: 1_000_000 } } },
      });
      const headers = { 'apollographql-client-name': script, 'apollographql-client-version': script };
      await other.query(`query ${'A'.repeat(100_000)} { good bad }`, { headers });
      await other.query('query Short { good bad }', { headers });
      const suspension = 'mutation ($name: String!) { suspendConsumer(name: $name) { name } }';
      await askAdmin(other, suspension, { name: script }).catch(() => undefined); // There is none: that is told, too.
    }, 30_000);
    afterAll(async () => {
      await other?.stop();
      await hostile?.stop();
    });

    test('are text on every page, and change nothing', async () => {
      const own = await browser.newPage();
      const seen = watchPage(own, other.adminUrl);
      const client = encodeURIComponent(script);
      const { explanations, usage } = await askAdmin<{
        explanations: { requestId: string }[];
        usage: { operations: { rows: { operation: { id: string } }[] } };
      }>(other, '{ explanations { requestId } usage { operations { rows { operation { id } } } } }');
      const addresses = [
        '#/overview',
        '#/operations',
        ...usage.operations.rows.map(({ operation }) => `#/operations/${operation.id}`),
        '#/schema/versions',
        '#/schema/types/Query',
        '#/schema/sdl',
        '#/subgraphs/hostile',
        `#/subgraphs/${client}`,
        '#/clients',
        `#/clients/${client}`,
        `#/clients/consumers/${client}`,
        '#/audit',
        `#/audit?by=${client}&action=${client}`,
        '#/requests',
        ...explanations.map(({ requestId }) => `#/requests/${requestId}`),
        `#/${client}`,
        '#/operations/%E0%A4%A',
      ];
      for (const address of addresses) {
        await own.goto(`${other.adminUrl}/${address}`);
        await own.locator('h1').first().waitFor();
        await own.locator('.skeleton').first().waitFor({ state: 'detached' });
        expect(
          await own.evaluate('[window.harmed, document.querySelectorAll("main img, main script").length]'),
        ).toEqual([undefined, 0]);
        expect(await own.locator('a[href^="javascript:"]').count()).toBe(0);
      }
      await own.goto(`${other.adminUrl}/#/clients`);
      await own.getByText('<script>').first().waitFor();
      expect({ faults: seen.faults, foreign: seen.foreign }).toEqual({ faults: [], foreign: [] });
      await own.close();
    }, 60_000);
  });

  test('who signs in sees what their role may do, and is out again', async () => {
    const tokens = [
      { name: 'vera', role: 'viewer', token: 'viewer-token-0123456789' },
      { name: 'otto', role: 'operator', token: 'operator-token-0123456789' },
    ];
    const guarded = await startTestGateway({ settings: { admin: { tokens } } });
    const context = await browser.newContext();
    const own = await context.newPage();
    const signIn = async (token: string): Promise<void> => {
      await own.getByLabel('Token').fill(token);
      await own.getByRole('button', { name: 'Sign in' }).click();
    };
    try {
      await own.goto(`${guarded.adminUrl}/#/schema`);
      await signIn('no-such-token-0123456789');
      await own.getByText('This token is not one of admin.tokens.').waitFor();
      await signIn(tokens[0]?.token ?? '');
      await own.getByText('vera · viewer').waitFor();
      expect(await own.getByRole('link', { name: /^(Publish|Audit)$/ }).count()).toBe(0);
      await own.goto(`${guarded.adminUrl}/#/audit`);
      await own.getByText('The audit takes a token with the role operator').waitFor();
      await own.goto(`${guarded.adminUrl}/#/schema`);
      const [cookie] = await context.cookies();
      expect(cookie).toMatchObject({ name: 'sluice_console', httpOnly: true, sameSite: 'Strict' });
      expect(await own.evaluate('document.cookie')).toBe('');
      await own.getByRole('button', { name: 'Sign out' }).click();
      await signIn(tokens[1]?.token ?? '');
      await own.getByRole('link', { name: 'Publish' }).waitFor();
    } finally {
      await context.close();
      await guarded.stop();
    }
  }, 30_000);
});

/** Pages that between them have everything there is to see. */
const colourful = new Set([
  'overview-hour',
  'operation',
  'schema',
  'subgraph',
  'consumer',
  'requests',
  'limits',
]);

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** Without the frame of GraphiQL, which is not ours. */
async function seriousFaults(page: Page, theme: 'light' | 'dark'): Promise<readonly string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe);
  // Only its colours are others in the dark.
  const runOnly =
    theme === 'dark' ? { type: 'rule', values: ['color-contrast'] } : ['wcag2a', 'wcag2aa', 'best-practice'];
  const options = JSON.stringify({ resultTypes: ['violations'], iframes: false, runOnly });
  const { violations } = (await page.evaluate(`axe.run({ exclude: ["iframe"] }, ${options})`)) as AxeResult;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
