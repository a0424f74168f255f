import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { RateLimit } from '../model/schemaRules.ts';
import type { AppliedDirective } from './appliedDirectives.ts';
import { readArguments, texts } from './readArguments.ts';

const rateLimitArguments = z.object({
  max: z.int().nonnegative().exactOptional(),
  window: z
    .string()
    .regex(/^\d+(?:\.\d+)? *[a-z]*$/i, 'expected a duration such as 10s')
    .exactOptional(),
  message: z.string().exactOptional(),
  identityArgs: texts.exactOptional(),
  arrayLengthField: z.string().exactOptional(),
  readOnly: z.boolean().exactOptional(),
  uncountRejected: z.boolean().exactOptional(),
});

export function readRateLimits(
  directives: readonly AppliedDirective[],
  onFault: (fault: string) => void,
): ReadonlyMap<string, readonly RateLimit[]> {
  const limits = new Map<string, RateLimit[]>();
  const read = readArguments(directives, 'rateLimit', { schema: rateLimitArguments, onFault });
  for (const { coordinate, given } of read) {
    const known = limits.get(coordinate) ?? [];
    limits.set(coordinate, known);
    if (!known.some((limit) => isDeepStrictEqual(limit, given))) known.push(given);
  }
  return limits;
}
