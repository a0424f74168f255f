import { afterEach, describe, expect, test } from '@jest/globals';
import { invoiceCsv } from '../../src/billing/billing.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';
import { askedOf, operationOf, outcomeOf, sessionOf } from '../support/outcomes.ts';
import { sqliteStore } from '../support/stores.ts';
import { createBillingFixture, type OpenBilling } from './billingFixture.ts';

const fixture = createBillingFixture(sqliteStore);
afterEach(() => fixture.end());

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function clockAt(moment: string): ManualClock {
  const clock = createManualClock();
  clock.jump(Date.parse(moment) - clock.wallMs());
  return clock;
}

interface Use {
  readonly consumer?: string;
  readonly plan?: string | null;
  readonly units: number;
  readonly name?: string;
}

function use(billing: OpenBilling, { consumer = 'acme', plan = 'gold', units, name = 'Words' }: Use): void {
  const operation = operationOf(`query ${name} { word }`);
  const asked = [askedOf({ operation, result: 'data', cost: { estimated: 1, measured: units } })];
  const session = billing.placed(sessionOf(consumer, plan));
  billing.record(outcomeOf({ asked, schema: null, session }));
}

async function linesOf(billing: OpenBilling, month?: string, consumer = 'acme') {
  const invoice = await billing.invoices.invoice({ consumer, month });
  return invoice?.lines.map(({ plan, kind, quantity, amount }) => `${plan} ${kind} ${quantity} = ${amount}`);
}

const gold = { fee: 4900, included: 1000, price: { amount: 5, per: 100 } };

describe('an invoice', () => {
  test('rounds once for each line, half up', async () => {
    const clock = clockAt('2026-03-10T00:00:00Z');
    const plans = { gold: { price: { amount: 1, per: 2 } }, silver: { price: { amount: 1, per: 3 } } };
    const billing = await fixture.open({ clock, settings: { currency: 'EUR', plans } });
    for (let index = 0; index < 3; index += 1) use(billing, { units: 1 }); // 1.5
    use(billing, { plan: 'silver', units: 1 }); // 0.33
    use(billing, { consumer: 'other', plan: 'silver', units: 5 }); // 1.67
    expect(await linesOf(billing)).toEqual(['gold excess 3 = 2', 'silver excess 1 = 0']);
    expect(await linesOf(billing, undefined, 'other')).toEqual(['silver excess 5 = 2']);
  });

  test('is exact beyond what a double holds', async () => {
    const clock = clockAt('2026-03-10T00:00:00Z');
    const plans = { gold: { price: { amount: 999_999_999_999, per: 1 } } };
    const billing = await fixture.open({ clock, settings: { currency: 'EUR', plans } });
    for (let index = 0; index < 20_000; index += 1) use(billing, { units: 999_999_999_999 });
    const units = 999_999_999_999n * 20_000n;
    expect(units > BigInt(Number.MAX_SAFE_INTEGER)).toBe(true);
    expect(await linesOf(billing)).toEqual([`gold excess ${units} = ${units * 999_999_999_999n}`]);
  });

  test('has each plan of a consumer that changes it within the month, and what was included in each', async () => {
    const clock = clockAt('2026-03-10T00:00:00Z');
    const silver = { fee: 900, included: 10, price: { amount: 9, per: 10 } };
    const billing = await fixture.open({ clock, settings: { currency: 'EUR', plans: { gold, silver } } });
    use(billing, { plan: 'silver', units: 30 });
    clock.advance(dayMs);
    use(billing, { plan: 'gold', units: 1100 });
    expect(await linesOf(billing)).toEqual([
      'silver fee 1 = 900',
      'silver included 10 = 0',
      'silver excess 20 = 18',
      'gold fee 1 = 4900',
      'gold included 1000 = 0',
      'gold excess 100 = 5',
    ]);
  });

  test('has prices as they were when things were used; another gateway’s, after a restart, too', async () => {
    const clock = clockAt('2026-03-10T00:00:00Z');
    const dir = await fixture.folder();
    const first = await fixture.open({ clock, dir, settings: { currency: 'EUR', plans: { gold } } });
    use(first, { units: 900 });
    await fixture.close(first);
    clock.advance(dayMs);
    const dearer = { fee: 9900, included: 1000, price: { amount: 10, per: 100 } };
    const second = await fixture.open({ clock, dir, settings: { currency: 'EUR', plans: { gold: dearer } } });
    use(second, { units: 300 });
    const march = [
      'gold fee 1 = 4900',
      'gold included 900 = 0',
      'gold included 100 = 0',
      'gold excess 200 = 20',
    ];
    expect(await linesOf(second)).toEqual(march);
    clock.advance(25 * dayMs);
    use(second, { units: 1100 });
    expect(await linesOf(second)).toEqual([
      'gold fee 1 = 9900',
      'gold included 1000 = 0',
      'gold excess 100 = 10',
    ]);
    expect(await linesOf(second, '2026-03')).toEqual(march);
    const plans = await second.invoices.plans();
    expect(plans.map(({ plan, fee, isInForce }) => [plan, fee, isInForce])).toEqual([
      ['gold', 4900, false],
      ['gold', 9900, true],
    ]);
  });

  test('is final then: what is told later is put down to the month in which it is told', async () => {
    const clock = clockAt('2026-03-31T23:59:00Z');
    const billing = await fixture.open({ clock, settings: { currency: 'EUR', plans: { gold } } });
    const stateOf = async () =>
      (await billing.invoices.invoice({ consumer: 'acme', month: '2026-03' }))?.state;
    use(billing, { units: 5 });
    expect(await stateOf()).toBe('open');
    clock.advance(30_000);
    use(billing, { units: 7 }); // Its gateway is cut off from the store for longer than is waited for.
    clock.advance(hourMs + 30_000);
    expect(await stateOf()).toBe('final');
    expect(await linesOf(billing, '2026-03')).toEqual(['gold fee 1 = 4900', 'gold included 5 = 0']);
    expect(await linesOf(billing)).toEqual(['gold fee 1 = 4900', 'gold included 7 = 0']);
  });

  test('is open for an hour after its month, in which gateways tell what was asked in it', async () => {
    const clock = clockAt('2026-03-31T23:59:00Z');
    const billing = await fixture.open({ clock, settings: { currency: 'EUR', plans: { gold } } });
    use(billing, { units: 5 });
    clock.advance(hourMs);
    const march = await billing.invoices.invoice({ consumer: 'acme', month: '2026-03' });
    expect(march).toMatchObject({ state: 'open', operations: [{ units: 5n }] });
    use(billing, { units: 1 });
    expect(await linesOf(billing)).toEqual(['gold fee 1 = 4900', 'gold included 1 = 0']);
    expect(await billing.invoices.invoice({ consumer: 'acme', month: '2026-03' })).toEqual(march);
  });

  test('has the fee of who is on a plan and uses nothing, by its key or the settings, unless it is suspended', async () => {
    const clock = clockAt('2026-03-10T00:00:00Z');
    const silver = { fee: 900 };
    const billing = await fixture.open({
      clock,
      settings: { currency: 'EUR', plans: { gold, silver }, consumers: { listed: 'gold', both: 'silver' } },
      knownConsumers: async () => [
        { name: 'keyed', plan: 'silver', suspended: false },
        { name: 'both', plan: 'gold', suspended: false },
        { name: 'away', plan: 'gold', suspended: true },
        { name: 'none', plan: null, suspended: false },
      ],
    });
    await expectSoon(() => linesOf(billing, undefined, 'listed'), ['gold fee 1 = 4900']);
    expect(await linesOf(billing, undefined, 'keyed')).toEqual(['silver fee 1 = 900']);
    expect(await linesOf(billing, undefined, 'both')).toEqual(['silver fee 1 = 900']);
    for (const consumer of ['away', 'none', 'nobody'])
      expect(await linesOf(billing, undefined, consumer)).toBeUndefined();
    use(billing, { consumer: 'both', plan: 'gold', units: 5 });
    expect(await linesOf(billing, undefined, 'both')).toEqual([
      'silver fee 1 = 900',
      'silver included 5 = 0',
    ]);
    expect(await billing.invoices.planOf('both')).toBe('silver');
  });

  test('has a total for each currency, with its decimals; and is a table for others to read', async () => {
    const clock = clockAt('2026-03-10T00:00:00Z');
    const yen = { fee: 500, currency: 'JPY' };
    const dinar = { fee: 1500, currency: 'KWD' };
    const billing = await fixture.open({ clock, settings: { plans: { yen, dinar } } });
    use(billing, { consumer: '=cmd,"x"', plan: 'yen', units: 1 });
    clock.advance(1);
    use(billing, { consumer: '=cmd,"x"', plan: 'dinar', units: 1 });
    const invoice = await billing.invoices.invoice({ consumer: '=cmd,"x"' });
    expect(invoice?.totals).toEqual([
      { amount: 500n, currency: 'JPY', exponent: 0 },
      { amount: 1500n, currency: 'KWD', exponent: 3 },
    ]);
    const name = `"'=cmd,""x"""`;
    expect(invoice && invoiceCsv(invoice).split('\r\n')).toEqual([
      'consumer,month,state,line,plan,quantity,price_minor,price_per,amount_minor,amount,currency',
      `${name},2026-03,open,fee,yen,1,,,500,500,JPY`,
      `${name},2026-03,open,included,yen,1,,,0,0,JPY`,
      `${name},2026-03,open,fee,dinar,1,,,1500,1.500,KWD`,
      `${name},2026-03,open,included,dinar,1,,,0,0.000,KWD`,
      `${name},2026-03,open,total,,,,,500,500,JPY`,
      `${name},2026-03,open,total,,,,,1500,1.500,KWD`,
      '',
    ]);
  });

  test('tells so many operations apart, and puts the rest of a flood under one name', async () => {
    const clock = clockAt('2026-03-10T00:00:00Z');
    const billing = await fixture.open({ clock, settings: { currency: 'EUR', plans: { gold } } });
    for (let index = 0; index < 1500; index += 1) use(billing, { units: 1, name: `Op${index}` });
    const invoice = await billing.invoices.invoice({ consumer: 'acme' });
    expect(invoice?.operations).toHaveLength(1001);
    expect(invoice?.operations[0]).toMatchObject({ operation: '(other)', operations: 500, units: 500n });
  });

  test('is not written for what is no month, and a plan that is none is told of once', async () => {
    const clock = clockAt('2026-03-10T00:00:00Z');
    const billing = await fixture.open({ clock, settings: { currency: 'EUR', plans: { gold } } });
    for (const month of ['2026-13', '2026-3', 'march'])
      await expect(billing.invoices.invoice({ consumer: 'acme', month })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    for (let index = 0; index < 3; index += 1) use(billing, { plan: 'copper', units: 5 });
    use(billing, { plan: null, units: 5 });
    expect(await linesOf(billing)).toBeUndefined();
    expect(billing.said).toEqual(['A consumer is on a plan that is none of billing.plans: it is not billed']);
  });
});

async function expectSoon<Value>(look: () => Promise<Value>, expected: Value): Promise<void> {
  for (let tries = 0; tries < 3000; tries += 1) {
    const found = await look();
    if (found !== undefined) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await look()).toEqual(expected);
}
