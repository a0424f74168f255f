import type { LimitsAnswer, Spread } from '../analytics/analytics.ts';
import { shownPeriod } from './shownUsage.ts';

/** Limits as supergraph.yaml names them, each with what it was derived from. */
export function suggestedLimits(answer: LimitsAnswer) {
  const { period, operations, calls, shapes, cost } = answer;
  const spreads: ReadonlyArray<readonly [setting: string, spread: Spread | null]> = [
    ...shapes.map(({ measure, ...spread }) => [`limits.operation.${measure}`, spread] as const),
    ['limits.operation.cost', cost],
    ['limits.perAddress.rate', answer.addressMinute],
    ['limits.perAddress.burst', answer.addressSecond],
    ['limits.perSession.rate', answer.sessionMinute],
    ['limits.perSession.burst', answer.sessionSecond],
  ];
  return {
    period: shownPeriod(period),
    operations,
    calls,
    limits: spreads.flatMap(([setting, spread]) =>
      spread ? [{ setting, ...withinBounds(setting, spread) }] : [],
    ),
  };
}

/** The least that supergraph.yaml takes. */
const least: Readonly<Record<string, number>> = { 'limits.operation.tokens': 100 };

function withinBounds(setting: string, spread: Spread): Spread {
  const isCount = /rate|burst|depth|rootFields/.test(setting);
  return { ...spread, suggested: Math.max(spread.suggested, least[setting] ?? (isCount ? 1 : 0)) };
}
