import type { OperationDefinitionNode } from 'graphql';
import { SluiceError } from '../base/errors.ts';
import { addressNetwork } from '../base/ipAddress.ts';
import { type RuleMode, ruleOf } from '../base/ruleMode.ts';
import type { ChosenOperation, GatewayPlugin, Passage } from '../model/gatewayPlugin.ts';
import type { RateLimit } from '../model/schemaRules.ts';
import { retryAfter } from './addRateLimitFields.ts';
import { isMet } from './condition.ts';
import type { Counters } from './counters.ts';
import { createFieldLimiter, type FieldLimiter, type FieldRefusal } from './fieldLimiter.ts';
import { givenValue } from './givenValue.ts';
import { type LimitedField, limitedFields } from './limitedFields.ts';
import { sessionIdentity } from './sessionIdentity.ts';
import { withDefaults } from './withDefaults.ts';

/**
 * Counts how often callers ask for the fields that subgraphs limit with `@rateLimit`. Each place in an operation is a call, so a
 * hundred aliases are a hundred. Identified callers are counted by session, all others by address. Null when it is off.
 */
export function fieldLimits(
  { mode }: { readonly mode: RuleMode },
  { counters }: { counters: Counters },
): GatewayPlugin | null {
  const rule = ruleOf('limits.fields', mode);
  if (!rule) return null;
  const found = new WeakMap<OperationDefinitionNode, readonly LimitedField[]>();
  const limiters = new WeakMap<RateLimit, Promise<FieldLimiter>>();

  function limitedIn(chosen: ChosenOperation): readonly LimitedField[] {
    const { definition } = chosen.operation;
    const limited = found.get(definition) ?? limitedFields(chosen);
    found.set(definition, limited);
    return limited;
  }
  function limiterOf({ limit, coordinate }: LimitedField): Promise<FieldLimiter> {
    const limiter = limiters.get(limit) ?? createFieldLimiter(coordinate, limit, { counters });
    limiters.set(limit, limiter);
    return limiter;
  }
  return {
    operation(passage, chosen) {
      if (chosen.rules.rateLimits.size === 0) return undefined;
      const limited = limitedIn(chosen);
      if (limited.length === 0) return undefined;
      const takeAll = async (): Promise<undefined> => {
        for (const { field, identity, calls } of callsOf(limited, passage, chosen)) {
          const refusal = await (await limiterOf(field)).take(identity, calls);
          if (refusal) passage.refuse(rule, tooOften(refusal));
        }
      };
      return takeAll();
    },
  };
}

interface Calls {
  readonly field: LimitedField;
  readonly identity: string;
  readonly calls: number;
}

/** What this request asks of each limit, with the same arguments together. */
function callsOf(
  limited: readonly LimitedField[],
  { arrival }: Passage,
  { session, operation }: ChosenOperation,
): Iterable<Calls> {
  const variables = withDefaults(operation);
  const caller = session.identified ? sessionIdentity(session) : addressNetwork(arrival.address);
  const calls = new Map<string, Calls>();
  for (const field of limited) {
    const place = field.places.find(({ condition }) => isMet(condition, variables));
    if (!place) continue;
    const { identityArgs = [], arrayLengthField } = field.limit;
    const identity = JSON.stringify([
      caller,
      ...identityArgs.map((path) => givenValue(place, path, variables) ?? null),
    ]);
    const list = arrayLengthField === undefined ? null : givenValue(place, arrayLengthField, variables);
    const count = (list as { length?: number } | null | undefined)?.length || 1;
    const key = `${field.at} ${identity}`;
    calls.set(key, { field, identity, calls: (calls.get(key)?.calls ?? 0) + count });
  }
  return calls.values();
}

function tooOften({ message, taken }: FieldRefusal): SluiceError {
  const isOver = Number.isFinite(taken.retryMs);
  return new SluiceError('RATE_LIMITED', message, {
    headers: isOver ? { 'retry-after': String(retryAfter(taken)) } : {},
  });
}
