import { afterEach, describe, expect, test } from '@jest/globals';
import { createManualClock } from '../support/manualClock.ts';
import { onEachStore } from '../support/stores.ts';
import { createBillingFixture } from './billingFixture.ts';
import { createLedger } from './ledger.ts';

onEachStore((store) => {
  const fixture = createBillingFixture(store);
  afterEach(() => fixture.end());

  const count = process.env.SLUICE_DEEP ? 100_000 : 20_000;
  const plansNow = {
    gold: { fee: 4900, included: 100_000, price: { amount: 7, per: 1000 } },
    free: { fee: 0, included: 20_000, price: { amount: 1, per: 3 } },
  };
  const plansLater = { ...plansNow, gold: { fee: 5900, included: 90_000, price: { amount: 9, per: 1000 } } };
  const monthOf = (wallMs: number) => new Date(wallMs).toISOString().slice(0, 7);

  describe(`${count} operations of fifty shapes, by twenty clients, over three consumers`, () => {
    test('are on invoices that equal the ledger, over months, changes of plan and of prices', async () => {
      const clock = createManualClock();
      const settings = (plans: object) => ({ currency: 'EUR', plans });
      const billing = await fixture.open({ clock, settings: settings(plansNow) });
      const ledger = createLedger({ seed: 11 });
      let plans = plansNow;
      for (let index = 0; index < count; index += 1) {
        if (index === Math.floor(count * 0.6)) {
          plans = plansLater;
          billing.reconfigure(fixture.optionsOf(settings(plansLater)));
        }
        const hasChanged = index > count * 0.3;
        const planOf = (consumer: string) =>
          consumer === 'consumer-0' || (consumer === 'consumer-1' && hasChanged) ? 'gold' : 'free';
        billing.record(ledger.next({ month: monthOf(clock.wallMs()), planOf, plans }));
        if (index % 500 !== 499) continue;
        // Over 60 days; what was asked is stored before the next ones pass.
        await billing.invoices.invoice({ consumer: 'consumer-0' });
        clock.advance((60 * 86_400_000) / (count / 500));
      }
      expect(ledger.consumers()).toHaveLength(3);
      expect(ledger.months()).toHaveLength(3);
      for (const consumer of ledger.consumers()) {
        for (const month of ledger.months()) {
          const owed = ledger.owed(consumer, month);
          const invoice = await billing.invoices.invoice({ consumer, month });
          const lines = invoice?.lines.map(({ plan, kind, quantity, amount }) => ({
            plan,
            kind,
            quantity,
            amount,
          }));
          expect(lines).toEqual(owed.lines.filter(({ kind, amount }) => kind !== 'fee' || amount > 0n));
          expect(invoice?.totals).toEqual([{ amount: owed.total, currency: 'EUR', exponent: 2 }]);
          const operations = invoice?.operations.map(({ plan, operation, operations: calls, units }) => [
            `${plan} ${operation}`,
            [calls, Number(units)],
          ]);
          expect(new Map(operations as [])).toEqual(owed.operations);
        }
      }
    });
  });
});
