import type { Clock } from '../base/clock.ts';
import type { Answer } from './answer.ts';
import { CallFailure } from './callFailure.ts';
import type { Link, Send, SentCall } from './sentCall.ts';

/** At most so many calls of a subgraph at a time; the others wait for their turn, or fail at once when too many do. */
export function limitCalls({ clock }: { clock: Clock }): Link {
  return (next) => (sent) => {
    const { route } = sent;
    const { bulkhead, breaker } = route;
    if (!route.isRefusing) {
      if (bulkhead.enter()) return inPlace(sent, { clock, next });
      // Those who have the places may hang.
      if (route.settings.breaker.mode !== 'off') breaker.listen(sent.sentAtMs);
    }
    // Who is refused, or is the one call that tries, needs no place.
    if (route.isRefusing) return next(sent);
    return bulkhead.wait(sent).then(
      () => {
        sent.sentAtMs = clock.monotonicMs();
        return inPlace(sent, { clock, next });
      },
      (failure: unknown) => {
        if (failure instanceof CallFailure) {
          route.refused.overloaded += 1;
          sent.note.cause = 'overloaded';
        }
        throw failure;
      },
    );
  };
}

function inPlace(sent: SentCall, { clock, next }: { clock: Clock; next: Send }): Promise<Answer> {
  const { bulkhead, onWay } = sent.route;
  const { sentAtMs } = sent;
  onWay.add(sent);
  return next(sent).then(
    (answer) => {
      onWay.delete(sent);
      const nowMs = clock.monotonicMs();
      bulkhead.leave(nowMs, nowMs - sentAtMs);
      return answer;
    },
    (failure) => {
      onWay.delete(sent);
      bulkhead.leave(clock.monotonicMs(), null);
      throw failure;
    },
  );
}
