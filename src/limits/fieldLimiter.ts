import type { GraphQLResolveInfo } from 'graphql';
import ms, { type StringValue } from 'ms';
import type { RateLimit } from '../model/schemaRules.ts';
import type { Counters, Taken, Window } from './counters.ts';

/** Counts how often one field is asked for, by one `@rateLimit` of it. */
export interface FieldLimiter {
  /** The refusal, or null when the calls are let through. */
  take(identity: string, calls: number): Promise<FieldRefusal | null>;
}

export interface FieldRefusal {
  readonly message: string;
  readonly taken: Taken;
}

/** What graphql-rate-limit takes where the directive says nothing. */
const defaultMax = 5;
const defaultWindowMs = 60_000;

/** A moment that is in every window: which ones are, our counters have told. */
const inWindow = Number.MAX_SAFE_INTEGER;

/**
 * graphql-rate-limit decides; our counters count. The library reads a list of moments, adds its own and writes the list back, so that
 * of fifty calls at once all fifty get through a limit of five. Here reading takes, atomically, and gives as many moments as were
 * taken before, or as the limit has when there is no room; writing does nothing.
 */
export async function createFieldLimiter(
  coordinate: string,
  limit: RateLimit,
  { counters }: { counters: Counters },
): Promise<FieldLimiter> {
  // 60 ms and 20 MB, for those whose subgraphs limit fields.
  const { getGraphQLRateLimiter } = await import('graphql-rate-limit');
  const max = limit.max ?? defaultMax;
  const answers = new Map<string, Taken>();
  let asked = 0;
  const limiter = getGraphQLRateLimiter({
    identifyContext: (context: string) => context,
    formatError: () => `${coordinate} was asked for too often.`,
    store: {
      async getForIdentity({ contextIdentity }) {
        const { calls, identity } = readContext(contextIdentity);
        const taken = await takeCalls({ coordinate, limit, identity, calls, counters });
        answers.set(contextIdentity, taken);
        const before = taken.allowed ? max - taken.remaining - calls : max;
        return new Array<number>(Math.max(0, before)).fill(inWindow);
      },
      setForIdentity: () => undefined,
    },
  });
  const options = { max, arrayLengthField: 'calls', ...(limit.message && { message: limit.message }) };
  const info = { fieldName: coordinate } as GraphQLResolveInfo;
  return {
    async take(identity, wanted) {
      if (max === 0) return { message: `${coordinate} may not be asked for.`, taken: never }; // The library would take its default.
      const calls = Math.min(wanted, max + 1); // More are refused just the same.
      asked += 1;
      const context = writeContext({ asked, calls, identity });
      const message = await limiter(
        { parent: null, args: { calls: { length: calls } }, context, info },
        options,
      );
      const taken = answers.get(context) ?? never;
      answers.delete(context);
      return message === undefined ? null : { message, taken };
    },
  };
}

const never: Taken = { allowed: false, remaining: 0, resetMs: 0, retryMs: Number.POSITIVE_INFINITY };

/** The one text that the library hands on to its store: which call it is, for how many, and of whom. */
function writeContext({
  asked,
  calls,
  identity,
}: {
  asked: number;
  calls: number;
  identity: string;
}): string {
  return `${asked} ${calls} ${identity}`;
}

function readContext(context: string): { calls: number; identity: string } {
  const [, calls = '', identity = ''] = /^\d+ (\d+) (.*)$/s.exec(context) ?? [];
  return { calls: Number(calls), identity };
}

interface Calls {
  readonly coordinate: string;
  readonly limit: RateLimit;
  readonly identity: string;
  readonly calls: number;
  readonly counters: Counters;
}

async function takeCalls({ coordinate, limit, identity, calls, counters }: Calls): Promise<Taken> {
  const { max = defaultMax, window, readOnly = false, uncountRejected = false } = limit;
  const windowMs = (window && ms(window as StringValue)) || defaultWindowMs;
  const rule: Window = { kind: 'window', max, windowMs, countRefused: !uncountRejected };
  // Different limits of one field count apart.
  const setting = `@rateLimit ${coordinate} ${max}/${windowMs}`;
  const [taken = never] = await counters.take([{ setting, identity, cost: readOnly ? 0 : calls, rule }]);
  return readOnly && taken.remaining < calls ? { ...taken, allowed: false, retryMs: taken.resetMs } : taken;
}
