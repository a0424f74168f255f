import type { FieldAnswer } from '../analytics/analytics.ts';
import { isoTime } from './isoTime.ts';

interface Judged {
  readonly verdict: 'USED' | 'SAFE' | 'UNSURE';
  readonly reason: string;
}

/** Whether a field may go, and why. What was not recorded may have used it. */
export function fieldVerdict(answer: FieldAnswer, lost: number): Judged {
  const { operations, period, recordedSinceMs } = answer;
  const since = isoTime(period.fromMs);
  const unknown = answer.unknownCalls + lost;
  if (operations.length > 0)
    return { verdict: 'USED', reason: `${operations.length} of the operations asked since ${since} use it.` };
  const unused = `No operation recorded since ${since} uses it`;
  if (recordedSinceMs === null) return { verdict: 'UNSURE', reason: 'Nothing has been recorded yet.' };
  if (recordedSinceMs > period.fromMs)
    return {
      verdict: 'UNSURE',
      reason: `${unused}, but recording began only at ${isoTime(recordedSinceMs)}.`,
    };
  if (unknown > 0)
    return {
      verdict: 'UNSURE',
      reason: `${unused}, but ${unknown} operations were lost or not told apart (analytics.max.operations).`,
    };
  return { verdict: 'SAFE', reason: `${unused}.` };
}
