import { z } from 'zod';
import { SluiceError } from '../base/errors.ts';
import { durationBetween } from '../base/quantity.ts';
import { ruleMode, ruleOf } from '../base/ruleMode.ts';
import type { GatewayPlugin, Passage } from '../model/gatewayPlugin.ts';
import type { Load } from './load.ts';
import type { Priority } from './priority.ts';

export const sheddingOptions = z.strictObject({
  mode: ruleMode,
  latency: durationBetween('20ms', '1m')
    .prefault('500ms')
    .describe(
      'When the process is busy all the time, for half a second in a row, and requests take longer than this, they are let in by their number, and others refused before their body is read. A crowd of clients who wait for their answers comes to no such time.',
    ),
  target: durationBetween('11ms', '1m')
    .prefault('15ms')
    .describe(
      'So many are let in then that work waits for this in the event loop: both they and those who are refused are answered soon.',
    ),
});

export type SheddingOptions = z.output<typeof sheddingOptions>;

/** Of the places there are, so many may be taken before this priority finds none; the rest is for those above. */
const shares: Readonly<Record<Priority, number>> = {
  signedIn: 1,
  signedInQuery: 0.95,
  anonymous: 0.8,
  anonymousQuery: 0.7,
};

/**
 * Refuses what the process cannot do in time, as early as it can: anonymous callers before those who show a credential, queries before
 * mutations. Whether a credential is worth anything is found out later.
 */
export function shedding({ mode }: SheddingOptions, { load }: { load: Load }): GatewayPlugin | null {
  const rule = ruleOf('limits.overload', mode);
  if (!rule) return null;
  // One for all: an error looks where it comes from when it is made, and refusing has to cost little.
  const refusal = overloaded();
  return {
    admit(passage) {
      if (!load.isOver) return;
      const priority = priorityOf(passage);
      if (!load.isFull(shares[priority])) return;
      if (rule.mode === 'enforce') load.shed(priority, passage.arrival);
      passage.refuse(rule, refusal);
    },
    operation(passage, { operation, session }) {
      if (!load.isOver || !session.identified || operation.kind !== 'query') return undefined;
      if (!load.isFull(shares.signedInQuery)) return undefined;
      if (rule.mode === 'enforce') load.shed('signedInQuery', null);
      passage.refuse(rule, refusal);
      return undefined;
    },
  };
}

/** A body is not read yet, so a POST may be a mutation; a GET never is. */
function priorityOf({ arrival: { headers, method } }: Passage): Priority {
  const isSignedIn = headers.authorization !== undefined || headers['x-api-key'] !== undefined;
  if (method === 'GET') return isSignedIn ? 'signedInQuery' : 'anonymousQuery';
  return isSignedIn ? 'signedIn' : 'anonymous';
}

function overloaded(): SluiceError {
  return new SluiceError('OVERLOADED', 'The gateway has more work than it can do in time.', {
    headers: { 'retry-after': '1' },
  });
}
