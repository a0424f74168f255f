/**
 * Access: who is let in, by address and by header, before anybody is asked who they are and before the body is read.
 *
 *     const [lists, headers] = createAccess(accessOptions.parse({ deny: ['203.0.113.0/24'] }));   // plugins, in order
 *
 * Deny wins; a list of what is allowed denies the rest; to be allowed here skips no later check. It refuses with ADDRESS_DENIED and
 * HEADER_DENIED, and says neither which address nor which rule. Patterns are literals or globs, never regular expressions: those can
 * be made to run for minutes by what they are matched with.
 */
import { z } from 'zod';
import { addressRange } from '../base/addressRanges.ts';
import { ruleMode } from '../base/ruleMode.ts';
import type { GatewayPlugin } from '../model/gatewayPlugin.ts';
import { addressLists } from './addressLists.ts';
import { headerRule, headerRules } from './headerRules.ts';

export const accessOptions = z.strictObject({
  mode: ruleMode,
  allow: z
    .array(addressRange)
    .max(100_000)
    .default([])
    .describe('Addresses and CIDR ranges that are let in; any one here keeps all others out.'),
  deny: z
    .array(addressRange)
    .max(100_000)
    .default([])
    .describe('Addresses and CIDR ranges that are kept out, also where `allow` has them.'),
  headers: z
    .array(headerRule)
    .max(1000)
    .default([])
    .describe('Rules for the values of headers; each has to be met.'),
});

export type AccessOptions = z.output<typeof accessOptions>;

/** The lists, then the header rules; those that are empty or off are not there. */
export function createAccess(options: AccessOptions): readonly GatewayPlugin[] {
  return [addressLists(options), headerRules(options.headers)].filter((plugin) => plugin !== null);
}
