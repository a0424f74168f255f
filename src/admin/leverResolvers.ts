import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { NamedInstance, UpstreamLevers } from '../model/upstreamLevers.ts';
import type { AdminCaller } from './adminCaller.ts';
import { authorOf } from './authorOf.ts';
import { isoTime } from './isoTime.ts';
import type { LiveFeed } from './liveFeed.ts';

export interface LeverResolverParts {
  readonly upstreamLevers: UpstreamLevers;
  readonly feed: LiveFeed;
  readonly clock: Pick<Clock, 'wallMs'>;
}

interface Authored {
  readonly author?: string | null;
}

const longestEjectionSeconds = 86_400;

/** The root fields that change by hand how this gateway calls subgraphs. Each is told among what happened, with who did it. */
export function createLeverResolvers({ upstreamLevers, feed, clock }: LeverResolverParts) {
  return {
    ejectInstance(asked: NamedInstance & Authored & { forSeconds: number }, caller: AdminCaller) {
      const { subgraph, instance, forSeconds, author } = asked;
      if (!(forSeconds >= 1 && forSeconds <= longestEjectionSeconds))
        throw new SluiceError(
          'BAD_USER_INPUT',
          `forSeconds is ${forSeconds}; allowed: 1 to ${longestEjectionSeconds}.`,
        );
      const by = authorOf(author, caller);
      upstreamLevers.eject({ subgraph, instance }, forSeconds * 1000);
      feed.note({
        kind: 'instance',
        subgraph,
        text: `${by} ejected the instance ${instance} for ${forSeconds} s`,
      });
      return { until: isoTime(clock.wallMs() + forSeconds * 1000) };
    },

    readmitInstance({ subgraph, instance, author }: NamedInstance & Authored, caller: AdminCaller) {
      const by = authorOf(author, caller);
      const readmitted = upstreamLevers.readmit({ subgraph, instance });
      if (readmitted)
        feed.note({ kind: 'instance', subgraph, text: `${by} had the instance ${instance} called again` });
      return { readmitted };
    },

    resetBreaker({ subgraph, author }: { subgraph: string } & Authored, caller: AdminCaller) {
      const by = authorOf(author, caller);
      const reset = upstreamLevers.resetBreaker(subgraph);
      if (reset) feed.noteReset(subgraph, by);
      return { reset };
    },
  };
}
