import { systemClock } from '../src/base/clock.ts';
import type { Arrival } from '../src/model/arrival.ts';
import type { ToldDecision } from '../src/model/decision.ts';
import { openLedger } from '../src/request/request.ts';

/** Opens a ledger and notes what an ordinary request's parts note; their words are not made. */
export function createNoting(): (index: number) => void {
  const arrival = { requestId: 'r' } as Arrival;
  const session = { consumer: 'acme' };
  const taken = { allowed: true, remaining: 9, resetMs: 1, retryMs: 0 };
  return (index) => {
    const ledger = openLedger(arrival, { clock: systemClock });
    ledger.decided('access', null, tell);
    ledger.decided('limits', { setting: 'limits.perAddress', cost: 1, quota: index, taken }, tell);
    ledger.decided('identity', session, tell);
    ledger.decided('limits', { setting: 'limits.perSession', cost: 1, quota: index, taken }, tell);
    ledger.decided('document', { asked: session, isTrusted: false, isKept: true, outcome: arrival }, tell);
    ledger.decided('limits', { estimate: index, max: 9 }, tell);
    ledger.decided('limits', { setting: 'limits.quotas', cost: 1, quota: index, taken }, tell);
    ledger.decided('planning', session, tell);
    ledger.decided('execution', session, tell);
  };
}

function tell(): ToldDecision {
  throw new Error('Nobody wants to know');
}
