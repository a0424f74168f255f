/**
 * Authorization: what of an operation a session may see, by `@authenticated`, `@requiresScopes` and `@policy`.
 *
 * What has to be met for a field is in the schema's rules (supergraph/readProtectedFields). Which rules an operation meets is found
 * once for each document (operationRules); a request then only looks up whether its session meets them. What it may not see is taken
 * out of the operation (withhold), once for each set of denied rules: `document` of the operation that goes on says nothing of it any
 * more and has a hash of its own, so neither plans nor runs under way are shared with those who may see it. Or the whole operation is
 * refused. Nothing is fetched and nothing is written here.
 *
 *   const { permit } = authorization.forSchema(schema, rules);
 *   const permitted = permit(operation, { arrival, session });  // a promise only where a policy has to be waited for
 *   permitted.withheld?.fields;                                 // null in the result, each with UNAUTHORIZED_FIELD_OR_TYPE
 */
import type { GraphQLSchema } from 'graphql';
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { durationBetween } from '../base/quantity.ts';
import type { Log } from '../model/log.ts';
import type { SchemaRules } from '../model/schemaRules.ts';
import { loadPolicies } from './loadPolicies.ts';
import { createPermits, type Permits } from './permits.ts';
import { createPolicies } from './policies.ts';

export type { Permits } from './permits.ts';
export type { Policy, PolicyRequest } from './policies.ts';
export { tellWithheld } from './tellWithheld.ts';

export const authorizationOptions = z.strictObject({
  onDenied: z
    .enum(['filter', 'reject'])
    .default('filter')
    .describe(
      'What happens to an operation that asks for what its session may not see: `filter` answers those fields with null and an error each, `reject` refuses it as a whole.',
    ),
  policies: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A module of your own, relative to this file, whose functions decide the policies of @policy by their names.',
    ),
  policyTimeout: durationBetween('1ms', '60s')
    .prefault('2s')
    .describe(
      'How long a policy may take to decide, in 2s a database answers; one that takes longer grants nothing.',
    ),
});

export type AuthorizationOptions = z.output<typeof authorizationOptions>;

export interface AuthorizationParts {
  /** Read anew by each request, so that they can change while it runs; `policies` is read once. */
  readonly options: AuthorizationOptions;
  /** What `policies` is relative to. */
  readonly folder: string;
  /** Whether a refusal may say what it is that a session may not see. */
  readonly suggestions: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Authorization {
  /** What holds for the operations of one supergraph; `schema` is the one they are validated against. */
  forSchema(schema: GraphQLSchema, rules: Pick<SchemaRules, 'protectedFields'>): Permits;
}

/** Rejects when the module of policies cannot be used. */
export async function createAuthorization(parts: AuthorizationParts): Promise<Authorization> {
  const { options, folder } = parts;
  const functions = options.policies === undefined ? new Map() : await loadPolicies(options.policies, folder);
  const policies = createPolicies({ ...parts, functions });
  return { forSchema: (schema, rules) => createPermits({ ...parts, schema, rules, policies }) };
}
