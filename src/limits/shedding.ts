import { z } from 'zod';
import { SluiceError } from '../base/errors.ts';
import { durationBetween } from '../base/quantity.ts';
import type { Random } from '../base/random.ts';
import { ruleMode, ruleOf } from '../base/ruleMode.ts';
import type { GatewayPlugin, Passage } from '../model/gatewayPlugin.ts';
import type { Load } from './load.ts';

export const sheddingOptions = z.strictObject({
  mode: ruleMode,
  loopDelay: durationBetween('10ms', '1m')
    .prefault('500ms')
    .describe(
      'When work waits for this long in the event loop, three tenths of a second in a row, some requests are refused before their body is read.',
    ),
});

export type SheddingOptions = z.output<typeof sheddingOptions>;

/** Who is refused last: the higher, the earlier. A body is not read yet, so a POST may be a mutation; a GET never is. */
const priorities = { mayMutate: 0, signedInQuery: 1, anonymous: 2, anonymousQuery: 3 } as const;
const bands = 4;

/**
 * Refuses what the process cannot do in time, as early as it can: anonymous callers before those who show a credential, queries before
 * mutations. Whether a credential is worth anything is found out later.
 */
export function shedding(
  { mode }: SheddingOptions,
  { load, random }: { load: Load; random: Random },
): GatewayPlugin | null {
  const rule = ruleOf('limits.overload', mode);
  if (!rule) return null;
  const shed = (passage: Passage, priority: number): void => {
    const { level } = load;
    if (level === 0) return;
    // Each band is emptied before the next one is touched.
    if (random() < level * bands - (bands - 1 - priority)) passage.refuse(rule, overloaded());
  };
  return {
    admit(passage) {
      if (load.level > 0) shed(passage, priorityOf(passage));
    },
    operation(passage, { operation, session }) {
      if (load.level > 0 && session.identified && operation.kind === 'query')
        shed(passage, priorities.signedInQuery);
      return undefined;
    },
  };
}

function priorityOf({ arrival: { headers, method } }: Passage): number {
  const isSignedIn = headers.authorization !== undefined || headers['x-api-key'] !== undefined;
  if (method === 'GET') return isSignedIn ? priorities.signedInQuery : priorities.anonymousQuery;
  return isSignedIn ? priorities.mayMutate : priorities.anonymous;
}

function overloaded(): SluiceError {
  return new SluiceError('OVERLOADED', 'The gateway has more work than it can do in time.', {
    headers: { 'retry-after': '1' },
  });
}
