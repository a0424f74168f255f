import type { Clock } from '../base/clock.ts';
import type { Answer } from './answer.ts';
import type { Bulkhead } from './bulkhead.ts';
import { CallFailure } from './callFailure.ts';
import type { Link } from './sentCall.ts';

/** At most so many calls of a subgraph at a time; the others wait for their turn, or fail at once when too many do. */
export function limitCalls({ clock }: { clock: Clock }): Link {
  return (next) => (sent) => {
    const { bulkhead } = sent.route;
    if (bulkhead.enter()) return leaving(bulkhead, next(sent));
    return bulkhead.wait(sent).then(
      () => {
        sent.sentAtMs = clock.monotonicMs();
        return leaving(bulkhead, next(sent));
      },
      (failure: unknown) => {
        if (failure instanceof CallFailure) {
          sent.route.refused.overloaded += 1;
          sent.note.cause = 'overloaded';
        }
        throw failure;
      },
    );
  };
}

function leaving(bulkhead: Bulkhead, sending: Promise<Answer>): Promise<Answer> {
  return sending.then(
    (answer) => {
      bulkhead.leave();
      return answer;
    },
    (failure) => {
      bulkhead.leave();
      throw failure;
    },
  );
}
