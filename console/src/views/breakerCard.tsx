import { useState } from 'preact/hooks';
import { ask } from '../data/ask.ts';
import { at, clipped, shortAt } from '../data/format.ts';
import { Dialog } from '../design/dialog.tsx';
import { Allowed, Card, Chip, Empty } from '../design/parts.tsx';
import type { GatewayEvent } from './changes.tsx';
import type { Upstream } from './upstreamState.ts';

interface BreakerCardProps {
  readonly name: string;
  readonly state: Upstream | undefined;
  readonly events: readonly GatewayEvent[];
  readonly refresh: () => Promise<void>;
}

const maxShown = 50;

/** What became of a subgraph's breaker and instances, of all gateways on the store; and the lever that closes it. */
export function BreakerCard({ name, state, events, refresh }: BreakerCardProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <Card
      title="Its breaker and instances"
      aside={
        state &&
        state.breaker !== 'CLOSED' && (
          <Allowed needs="publisher" subgraph={name}>
            <button type="button" class="button" onClick={() => setAsking(true)}>
              Reset
            </button>
          </Allowed>
        )
      }
      flush
    >
      {events.length === 0 ? (
        <Empty title="Nothing for 30 days">
          Breakers that open, and what was done by hand, show up here.
        </Empty>
      ) : (
        <ul class="events">
          {events.slice(0, maxShown).map((event, index) => (
            <li key={`${event.at} ${index}`}>
              <time dateTime={event.at} title={at(event.at)}>
                {shortAt(event.at)}
              </time>
              <span class="grow">{clipped(event.text)}</span>
              {!event.here && <Chip>another run</Chip>}
            </li>
          ))}
        </ul>
      )}
      {isAsking && (
        <Dialog
          title={`Reset the breaker of ${clipped(name, 60)}?`}
          action="Reset"
          close={() => setAsking(false)}
          act={async () => {
            await ask('mutation ($name: String!) { resetBreaker(subgraph: $name) { reset } }', { name });
            await refresh();
          }}
        >
          <p class="small">
            It closes at once, and all calls go to the subgraph again. If they fail, it opens as it did
            before. Other gateways are not told.
          </p>
        </Dialog>
      )}
    </Card>
  );
}
