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
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { durationBetween } from '../base/quantity.ts';
import type { GatewayPlugin } from '../model/gatewayPlugin.ts';
import type { Log } from '../model/log.ts';
import type { Counters } from './counters.ts';
import { documentLimit } from './documentLimit.ts';
import { documentLimits } from './documentLimits.ts';
import { createMemoryCounters } from './memoryCounters.ts';
import { perAddress } from './perAddress.ts';
import { perHeader } from './perHeader.ts';
import { perSession } from './perSession.ts';
import { createRateRule, rateLimit, rateRuleOptions } from './rateRule.ts';
import { createRedisCounters } from './redisCounters.ts';

export { checkRepeatedFields } from './checkRepeatedFields.ts';
export { checkTokens } from './checkTokens.ts';
export type { Counters, Take, Taken } from './counters.ts';

export const operationLimits = z.strictObject({
  tokens: documentLimit({ min: 100, max: 1_000_000 })
    .prefault(15_000)
    .describe(
      'Most tokens a document may have; standard introspection has about 400, and 15,000 still parse in a few ms.',
    ),
  recursion: z
    .int()
    .min(10)
    .max(1_000)
    .default(200)
    .describe(
      'How deep brackets of any kind may nest; parsers recurse, and people stay under 30. Always enforced: it protects the process.',
    ),
  depth: documentLimit({ min: 1, max: 1_000 })
    .prefault(20)
    .describe('Most levels of fields, fragments spread; standard introspection has 13 to 15.'),
  aliases: documentLimit({ min: 0, max: 100_000 })
    .prefault(30)
    .describe('Most aliases, fragments spread: under aliases one field is asked for many times.'),
  rootFields: documentLimit({ min: 1, max: 100_000 })
    .prefault(20)
    .describe('Most fields of the first level, fragments spread.'),
  directives: documentLimit({ min: 0, max: 100_000 })
    .prefault(50)
    .describe('Most directives, fragments spread.'),
  variables: z
    .strictObject({
      depth: documentLimit({ min: 1, max: 64 })
        .prefault(32)
        .describe('Most levels of objects and lists in the variables; a body has 64 at most.'),
      keys: documentLimit({ min: 1, max: 10_000 })
        .prefault(10_000)
        .describe('Most keys of objects in the variables; a body has no more than 10,000 anyway.'),
    })
    .prefault({}),
});

export type OperationLimits = z.output<typeof operationLimits>;

export const limitsOptions = z.strictObject({
  store: z
    .string()
    .regex(/^(?:memory|rediss?:\/\/.+)$/, 'expected memory, or a URL such as redis://127.0.0.1:6379')
    .default('memory')
    .describe('Where callers are counted: in this process, or in a Redis that several gateways share.'),
  storeTimeout: durationBetween('1ms', '1s')
    .prefault('10ms')
    .describe('How long one answer of Redis is waited for; then this gateway counts by itself.'),
  gateways: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe(
      'How many gateways share the limits at least: without Redis each lets through its part. Redis knows better, once it was there.',
    ),
  perAddress: rateRuleOptions
    .optional()
    .describe('Requests of one address; IPv6 by /64. Off unless it is set.'),
  perHeader: z
    .array(
      rateRuleOptions.extend({
        name: z
          .string()
          .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'expected the name of a header')
          .transform((name) => name.toLowerCase()),
      }),
    )
    .max(100)
    .default([])
    .describe('Requests with one value of a header; those without the header are not counted.'),
  perSession: rateRuleOptions
    .extend({
      plans: z.record(z.string(), rateLimit).default({}).describe('Other rates for sessions on a plan.'),
    })
    .optional()
    .describe('Requests of one identified session. Off unless it is set.'),
  operation: operationLimits.prefault({}),
});

export type LimitsOptions = z.output<typeof limitsOptions>;

/** Where callers are counted, by the options that need a restart: `store`, `storeTimeout`, `gateways`. */
export function createCounters(
  { store, storeTimeout: timeoutMs, gateways }: LimitsOptions,
  { clock, log }: { clock: Clock; log: Log },
): Counters {
  if (store === 'memory') return createMemoryCounters({ clock });
  return createRedisCounters({ url: store, timeoutMs, leastGateways: gateways }, { clock, log });
}

/** The limits, one by one, so that they can be put into order; those that are off are empty. */
export interface Limits {
  readonly perAddress: readonly GatewayPlugin[];
  readonly perHeader: readonly GatewayPlugin[];
  readonly perSession: readonly GatewayPlugin[];
  /** What documents may look like, before they are validated. */
  readonly documents: readonly GatewayPlugin[];
}

export function createLimits(options: LimitsOptions, parts: { counters: Counters }): Limits {
  const address = options.perAddress && createRateRule('limits.perAddress', options.perAddress, parts);
  const documents = documentLimits(options.operation);
  return {
    perAddress: address ? [perAddress(address)] : [],
    perHeader: options.perHeader.flatMap(({ name, ...rule }, at) => {
      const header = createRateRule(`limits.perHeader[${at}]`, rule, parts);
      return header ? [perHeader(name, header)] : [];
    }),
    perSession: options.perSession ? sessionPlugin(options.perSession, parts) : [],
    documents: documents ? [documents] : [],
  };
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
