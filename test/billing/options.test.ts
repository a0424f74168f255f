import { describe, expect, test } from '@jest/globals';
import { ConfigError, readSettings, settingsSections } from '../../src/config/config.ts';

/** What is said of `billing:` with these lines under it. */
function faultsOf(...lines: readonly string[]): readonly string[] {
  const text = ['billing:', ...lines.map((line) => `  ${line}`)].join('\n');
  try {
    readSettings(text, { file: 'supergraph.yaml', env: {}, sections: settingsSections });
    return [];
  } catch (failure) {
    if (!(failure instanceof ConfigError)) throw failure;
    return failure.faults.map(({ line, path, message }) => `${line} ${path}: ${message}`);
  }
}

describe('the settings of billing', () => {
  test('say what plans cost, and who is on which', () => {
    expect(
      faultsOf(
        'currency: EUR',
        'plans:',
        '  gold: { fee: 4900, included: 1000, price: { amount: 5, per: 100 }, rate: 100/s, burst: 200, quota: { cost: 5000 } }',
        '  yen: { fee: 500, currency: JPY }',
        '  free: {}',
        'consumers: { acme: gold }',
      ),
    ).toEqual([]);
  });

  test.each<[string, string[], string]>([
    [
      'a consumer on a plan that is none',
      ['plans: { gold: {}, free: {} }', 'consumers: { acme: silver }'],
      '3 billing.consumers.acme: found "silver"; allowed: one of billing.plans: gold, free',
    ],
    [
      'a consumer where there are no plans',
      ['consumers: { acme: gold }'],
      '2 billing.consumers.acme: found "gold"; allowed: one of billing.plans: there is none',
    ],
    [
      'a fee without a currency',
      ['plans:', '  gold:', '    fee: 100'],
      '4 billing.plans.gold.fee: found 100; allowed: a currency beside it, or billing.currency',
    ],
    [
      'a price without a currency',
      ['plans:', '  gold: { price: { amount: 1 } }'],
      '3 billing.plans.gold.price: a price needs a currency beside it, or billing.currency',
    ],
    [
      'a currency that is none',
      ['currency: XYZ'],
      '2 billing.currency: found "XYZ"; allowed: the code of a currency (ISO 4217), such as EUR',
    ],
    [
      'units included in nothing',
      ['plans:', '  gold:', '    included: 5'],
      '4 billing.plans.gold.included: found 5; allowed: a price beside it: without one nothing exceeds them',
    ],
    [
      'a burst of no rate',
      ['plans:', '  gold: { burst: 5 }'],
      '3 billing.plans.gold.burst: found 5; allowed: a rate beside it',
    ],
    [
      'a quota of nothing',
      ['plans:', '  gold: { quota: { per: day } }'],
      '3 billing.plans.gold.quota: found neither requests nor cost; allowed: at least one of them',
    ],
    [
      'a quota below what is included',
      ['currency: EUR', 'plans:', '  gold: { included: 10, price: { amount: 1 }, quota: { cost: 9 } }'],
      '4 billing.plans.gold.quota.cost: found 9; allowed: at least 10, which are included: the rest of them could not be used',
    ],
    [
      'money in parts of a minor unit',
      ['currency: EUR', 'plans: { gold: { fee: 9.99 } }'],
      '3 billing.plans.gold.fee: found 9.99; allowed: a whole number from 0 to 1000000000000',
    ],
    [
      'a log that waits for longer',
      ['log: { commit: 1s }'],
      '2 billing.log.commit: found "1s"; allowed: a duration between 10ms and 100ms',
    ],
  ])('%s is refused where it stands', (_what, lines, fault) => {
    expect(faultsOf(...lines)).toEqual([fault]);
  });
});
