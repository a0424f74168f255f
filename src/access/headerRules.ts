import { z } from 'zod';
import { compileGlob } from '../base/compileGlob.ts';
import { SluiceError } from '../base/errors.ts';
import { ruleMode, ruleOf } from '../base/ruleMode.ts';
import type { GatewayPlugin } from '../model/gatewayPlugin.ts';

const pattern = z
  .string()
  .max(256)
  .transform((text) => text.toLowerCase());
const patterns = z
  .union([pattern, z.array(pattern).min(1).max(1000)])
  .transform((written) => [written].flat())
  .describe('A value or several, in any case; * stands for any characters.');

export const headerRule = z
  .strictObject({
    name: z
      .string()
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'expected the name of a header')
      .transform((name) => name.toLowerCase()),
    allow: patterns.optional(),
    deny: patterns.optional(),
    mode: ruleMode,
  })
  .refine(({ allow, deny }) => allow !== undefined || deny !== undefined, {
    error: 'found neither allow nor deny; allowed: at least one of them',
  });

type HeaderRule = z.output<typeof headerRule>;

/** Lets requests in by the values of their headers; null when there is nothing to check. */
export function headerRules(rules: readonly HeaderRule[]): GatewayPlugin | null {
  const checks = rules.flatMap((rule, at) => {
    const named = ruleOf(`access.headers[${at}]`, rule.mode);
    return named ? [{ named, name: rule.name, isLetIn: compileRule(rule) }] : [];
  });
  if (checks.length === 0) return null;
  return {
    admit(passage) {
      const { headers } = passage.arrival;
      for (const { named, name, isLetIn } of checks) {
        const value = headers[name];
        if (!isLetIn(value === undefined ? null : String(value).toLowerCase()))
          passage.refuse(named, new SluiceError('HEADER_DENIED', 'A header of the request is not let in.'));
      }
    },
  };
}

/** A header that was not sent matches nothing: it is not denied, and it is not among what is allowed. */
function compileRule({ allow, deny = [] }: HeaderRule): (value: string | null) => boolean {
  const denied = deny.map(compileGlob);
  const allowed = allow?.map(compileGlob);
  return (value) => {
    if (value === null) return allowed === undefined;
    if (denied.some((matches) => matches(value))) return false;
    return allowed === undefined || allowed.some((matches) => matches(value));
  };
}
