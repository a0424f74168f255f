import { SluiceError } from '../base/errors.ts';
import type { EventHistory } from './eventHistory.ts';
import { isoTime } from './isoTime.ts';

const maxFirst = 5000;

/** The root field about what happened, besides what the registry tells. */
export function createEventResolvers(history: Pick<EventHistory, 'last'>) {
  return {
    async events({ first }: { first: number }) {
      if (first < 1 || first > maxFirst)
        throw new SluiceError('BAD_USER_INPUT', `first is ${first}; allowed: 1 to ${maxFirst}.`);
      return (await history.last(first)).map(({ atMs, kind, isHere, ...event }) => ({
        ...event,
        at: isoTime(atMs),
        kind: kind.toUpperCase(),
        here: isHere,
      }));
    },
  };
}
