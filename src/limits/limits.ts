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
import type { PlanLimits } from '../model/planLimits.ts';
import type { QuotaState } from '../model/quotaState.ts';
import type { Session } from '../model/session.ts';
import { budgets } from './budgets.ts';
import { costFacts } from './costFacts.ts';
import { costRate } from './costRate.ts';
import type { Counters } from './counters.ts';
import { documentLimits } from './documentLimits.ts';
import { fieldLimits } from './fieldLimits.ts';
import type { LimitsOptions } from './limitsOptions.ts';
import type { Load } from './load.ts';
import { createMemoryCounters } from './memoryCounters.ts';
import { operationCost } from './operationCost.ts';
import { createOperationCosts } from './operationCosts.ts';
import { perAddress } from './perAddress.ts';
import { perHeader } from './perHeader.ts';
import { perSession } from './perSession.ts';
import { quotaStates } from './quotaStates.ts';
import { isOfCost, quotas } from './quotas.ts';
import { createRateRule, type RateRule } from './rateRule.ts';
import { shedding } from './shedding.ts';
import { withPlanQuotas } from './withPlanQuotas.ts';

export { checkRepeatedFields } from './checkRepeatedFields.ts';
export { checkTokens } from './checkTokens.ts';
export type { Counters, Take, Taken } from './counters.ts';
export { type LimitsOptions, limitsOptions, type OperationLimits } from './limitsOptions.ts';
export { createLoad, type Load } from './load.ts';
export { measureOperation } from './measureOperation.ts';

/** Where callers are counted, by the options that need a restart: `store`, `prefix`, `storeTimeout`, `gateways`. */
export async function createCounters(
  { store, prefix, storeTimeout: timeoutMs, gateways }: LimitsOptions,
  { clock, log }: { clock: Clock; log: Log },
): Promise<Counters> {
  if (store === 'memory') return createMemoryCounters({ clock });
  // 100 ms and 20 MB, for those who have a Redis.
  const { createRedisCounters } = await import('./redisCounters.ts');
  return createRedisCounters({ url: store, prefix, timeoutMs, leastGateways: gateways }, { clock, log });
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
  /** Says what operations cost; for who records it. */
  readonly facts: readonly GatewayPlugin[];
  /** What one operation may cost. */
  readonly cost: readonly GatewayPlugin[];
  /** What subgraphs say of their fields. */
  readonly fields: readonly GatewayPlugin[];
  /** What callers have left: their quotas, and their rate of cost. */
  readonly budgets: readonly GatewayPlugin[];
  /** Where a session's consumer stands in its quotas; takes nothing from them. */
  quotasOf(session: Session): Promise<readonly QuotaState[]>;
}

const never = Number.POSITIVE_INFINITY;

export interface LimitsParts {
  readonly counters: Counters;
  /** Outlives a change of the limits. */
  readonly load: Load;
  readonly random: Random;
  readonly clock: Clock;
  /** What plans let their consumers do; the limits' own settings for the same go before. */
  readonly plans?: readonly PlanLimits[];
  /** Whether somebody wants to know what operations cost, also where no limit does. */
  readonly countCost?: boolean;
}

export function createLimits(options: LimitsOptions, parts: LimitsParts): Limits {
  const plans = parts.plans ?? [];
  const address = options.perAddress && createRateRule('limits.perAddress', options.perAddress, parts);
  const documents = documentLimits(options.operation);
  const costs = createOperationCosts(options.cost);
  const cost = options.operation.cost ? operationCost(options.operation.cost, { costs }) : null;
  const fields = fieldLimits(options.fields, parts);
  const { mode, latency: beginsAtMs, target: targetMs } = options.overload;
  parts.load.setBounds(mode === 'off' ? { beginsAtMs: never, targetMs: never } : { beginsAtMs, targetMs });
  const overload = shedding(options.overload, parts);
  const quotasOfSession = quotas(withPlanQuotas(options.quotas, plans), parts);
  const rate = options.cost.perSession ? costRate(options.cost.perSession) : null;
  const settle = options.cost.settle === 'actual';
  const sources = [...(quotasOfSession ? [quotasOfSession] : []), ...(rate ? [rate] : [])];
  const budgetsOf = (session: Session) => sources.flatMap((source) => source(session));
  const isCounted = parts.countCost || cost !== null || rate !== null || options.quotas.some(isOfCost);
  return {
    overload: overload ? [overload] : [],
    perAddress: address ? [perAddress(address)] : [],
    perHeader: options.perHeader.flatMap(({ name, ...rule }, at) => {
      const header = createRateRule(`limits.perHeader[${at}]`, rule, parts);
      return header ? [perHeader(name, header)] : [];
    }),
    perSession: sessionPlugin(options.perSession, { ...parts, plans }),
    documents: documents ? [documents] : [],
    facts: isCounted ? [costFacts({ costs, settle })] : [],
    cost: cost ? [cost] : [],
    fields: fields ? [fields] : [],
    budgets: sources.length > 0 ? [budgets({ ...parts, costs, budgetsOf, settle })] : [],
    quotasOf: async (session) => (quotasOfSession ? await quotaStates(quotasOfSession(session), parts) : []),
  };
}

function sessionPlugin(
  usualOptions: LimitsOptions['perSession'],
  { plans, ...parts }: { counters: Counters; plans: readonly PlanLimits[] },
): readonly GatewayPlugin[] {
  const setting = 'limits.perSession';
  const usual = usualOptions ? createRateRule(setting, usualOptions, parts) : null;
  const byPlan = new Map<string, RateRule | null>();
  for (const { plan, setting: place, rate } of plans) {
    if (rate) byPlan.set(plan, createRateRule(`${place}.rate`, { ...rate, mode: 'enforce' }, parts));
  }
  for (const [plan, own] of Object.entries(usualOptions?.plans ?? {})) {
    const mode = usualOptions?.mode ?? 'enforce';
    byPlan.set(plan, createRateRule(`${setting}.plans.${plan}`, { ...own, mode }, parts));
  }
  return usual || byPlan.size > 0 ? [perSession(usual, byPlan)] : [];
}
