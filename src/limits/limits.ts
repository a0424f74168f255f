/**
 * Limits: how much a caller may do and what a document may cost. Each limit is a plugin (model/gatewayPlugin.ts); `gateway.ts` puts
 * them into the one list in which they are asked.
 *
 *     const counters = createCounters(options, { clock, log });       // outlive a change of the limits
 *     const { perAddress, perSession } = createLimits(options, { counters });
 *
 * What a document may look like is checked in linear time before it is validated, part of it (`checkTokens`, `checkRepeatedFields`)
 * before it is a document at all. Counters are in memory, or in Redis and then the same for all gateways; a Redis that does not
 * answer delays nobody. Refusals are thrown, with a code of the catalogue, and say when to come back where that helps.
 */
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { GatewayPlugin } from '../model/gatewayPlugin.ts';
import type { Log } from '../model/log.ts';
import type { Session } from '../model/session.ts';
import { budgets } from './budgets.ts';
import { costRate } from './costRate.ts';
import type { Counters } from './counters.ts';
import { documentLimits } from './documentLimits.ts';
import { fieldLimits } from './fieldLimits.ts';
import type { LimitsOptions } from './limitsOptions.ts';
import type { Load } from './load.ts';
import { createMemoryCounters } from './memoryCounters.ts';
import { operationCost } from './operationCost.ts';
import { createOperationCosts, type OperationCosts } from './operationCosts.ts';
import { perAddress } from './perAddress.ts';
import { perHeader } from './perHeader.ts';
import { perSession } from './perSession.ts';
import { quotas } from './quotas.ts';
import { createRateRule } from './rateRule.ts';
import { shedding } from './shedding.ts';

export { checkRepeatedFields } from './checkRepeatedFields.ts';
export { checkTokens } from './checkTokens.ts';
export type { Counters, Take, Taken } from './counters.ts';
export { type LimitsOptions, limitsOptions, type OperationLimits } from './limitsOptions.ts';
export { createLoad, type Load } from './load.ts';

/** Where callers are counted, by the options that need a restart: `store`, `storeTimeout`, `gateways`. */
export async function createCounters(
  { store, storeTimeout: timeoutMs, gateways }: LimitsOptions,
  { clock, log }: { clock: Clock; log: Log },
): Promise<Counters> {
  if (store === 'memory') return createMemoryCounters({ clock });
  // 100 ms and 20 MB, for those who have a Redis.
  const { createRedisCounters } = await import('./redisCounters.ts');
  return createRedisCounters({ url: store, timeoutMs, leastGateways: gateways }, { clock, log });
}

/** The limits, one by one, so that they can be put into order; those that are off are empty. */
export interface Limits {
  /** What the process cannot do in time. */
  readonly overload: readonly GatewayPlugin[];
  readonly perAddress: readonly GatewayPlugin[];
  readonly perHeader: readonly GatewayPlugin[];
  readonly perSession: readonly GatewayPlugin[];
  /** What documents may look like, before they are validated. */
  readonly documents: readonly GatewayPlugin[];
  /** What one operation may cost. */
  readonly cost: readonly GatewayPlugin[];
  /** What subgraphs say of their fields. */
  readonly fields: readonly GatewayPlugin[];
  /** What callers have left: their quotas, and their rate of cost. */
  readonly budgets: readonly GatewayPlugin[];
}

export interface LimitsParts {
  readonly counters: Counters;
  /** Outlives a change of the limits. */
  readonly load: Load;
  readonly random: Random;
  readonly clock: Clock;
}

export function createLimits(options: LimitsOptions, parts: LimitsParts): Limits {
  const address = options.perAddress && createRateRule('limits.perAddress', options.perAddress, parts);
  const documents = documentLimits(options.operation);
  const costs = createOperationCosts(options.cost);
  const cost = options.operation.cost ? operationCost(options.operation.cost, { costs }) : null;
  const fields = fieldLimits(options.fields, parts);
  parts.load.setThreshold(options.overload.loopDelay);
  const overload = shedding(options.overload, parts);
  return {
    overload: overload ? [overload] : [],
    perAddress: address ? [perAddress(address)] : [],
    perHeader: options.perHeader.flatMap(({ name, ...rule }, at) => {
      const header = createRateRule(`limits.perHeader[${at}]`, rule, parts);
      return header ? [perHeader(name, header)] : [];
    }),
    perSession: options.perSession ? sessionPlugin(options.perSession, parts) : [],
    documents: documents ? [documents] : [],
    cost: cost ? [cost] : [],
    fields: fields ? [fields] : [],
    budgets: budgetPlugins(options, { ...parts, costs }),
  };
}

function budgetPlugins(
  { quotas: quotaRules, cost: { perSession: rate, settle } }: LimitsOptions,
  parts: LimitsParts & { costs: OperationCosts },
): readonly GatewayPlugin[] {
  if (quotaRules.length === 0 && !rate) return [];
  const sources = [quotas(quotaRules, parts), ...(rate ? [costRate(rate)] : [])];
  const budgetsOf = (session: Session) => sources.flatMap((source) => source(session));
  return [budgets({ ...parts, budgetsOf, settle: settle === 'actual' })];
}

function sessionPlugin(
  { plans, ...rule }: NonNullable<LimitsOptions['perSession']>,
  parts: { counters: Counters },
): readonly GatewayPlugin[] {
  const setting = 'limits.perSession';
  const usual = createRateRule(setting, rule, parts);
  if (!usual) return [];
  const byPlan = Object.entries(plans).map(
    ([plan, own]) =>
      [plan, createRateRule(`${setting}.plans.${plan}`, { ...own, mode: rule.mode }, parts)] as const,
  );
  return [perSession(usual, new Map(byPlan))];
}
