/**
 * Limits: how much a caller may do and what a document may cost. For now it holds the limits on documents that need no schema and
 * run before parsing and validation, each in linear time, so that no text can make the later steps slow.
 *
 *     checkTokens(text, options.operation);          // before parse
 *     checkRepeatedFields(document);                 // before validation
 *
 * It refuses with TOKEN_LIMIT_EXCEEDED, RECURSION_LIMIT_EXCEEDED or GRAPHQL_VALIDATION_FAILED and never waits.
 */
import { z } from 'zod';
import { documentLimit } from './documentLimit.ts';

export { checkRepeatedFields } from './checkRepeatedFields.ts';
export { checkTokens } from './checkTokens.ts';

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
    .describe('How deep brackets of any kind may nest; parsers recurse, and people stay under 30.'),
});

export type OperationLimits = z.output<typeof operationLimits>;

export const limitsOptions = z.strictObject({
  operation: operationLimits.prefault({}),
});

export type LimitsOptions = z.output<typeof limitsOptions>;
