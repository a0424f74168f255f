import { z } from 'zod';
import { durationBetween } from '../base/quantity.ts';
import { ruleMode } from '../base/ruleMode.ts';
import { documentLimit } from './documentLimit.ts';
import { type QuotaOptions, quotaOptions } from './quotas.ts';
import { rateLimit, rateRuleOptions } from './rateRule.ts';
import { sheddingOptions } from './shedding.ts';

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
  cost: documentLimit({ min: 0, max: 1_000_000_000_000 })
    .optional()
    .describe(
      'Most that one operation may be estimated to cost, by @cost and @listSize. Off unless it is set.',
    ),
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
  prefix: z
    .string()
    .regex(/^[\w.:-]{1,64}$/, 'expected 1 to 64 letters, digits or _ . : -')
    .default('sluice')
    .describe('What the names of its keys in Redis begin with: graphs that share a Redis have one each.'),
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
  fields: z
    .strictObject({ mode: ruleMode })
    .prefault({})
    .describe('The limits that subgraphs set to their fields with @rateLimit.'),
  overload: sheddingOptions
    .prefault({})
    .describe('What is refused when the process has more work than it can do in time.'),
  cost: z
    .strictObject({
      listSize: z
        .int()
        .min(0)
        .max(1_000_000)
        .default(10)
        .describe('How long a list is taken to be of which no @listSize says more.'),
      settle: z
        .enum(['actual', 'estimate'])
        .default('actual')
        .describe('What counts in the end: what an operation has cost by its result, or what was estimated.'),
      perSession: rateRuleOptions
        .optional()
        .describe('Cost of the operations of one identified session. Off unless it is set.'),
    })
    .prefault({}),
  quotas: z
    .array(quotaOptions)
    .max(1000)
    .default([])
    .superRefine(refuseTwice)
    .describe('Totals of consumers by day and month.'),
});

/** One counter cannot have two limits. */
function refuseTwice(quotas: readonly QuotaOptions[], context: z.core.$RefinementCtx): void {
  const seen = new Set<string>();
  for (const [at, { plan, consumer, per, requests, cost }] of quotas.entries()) {
    for (const [unit, max] of Object.entries({ requests, cost })) {
      const key = JSON.stringify([plan, consumer, per, unit]);
      if (max !== undefined && seen.has(key))
        context.addIssue({
          code: 'custom',
          path: [at, unit],
          message: 'expected one such quota for the same',
        });
      if (max !== undefined) seen.add(key);
    }
  }
}

export type LimitsOptions = z.output<typeof limitsOptions>;
