import { useState } from 'preact/hooks';
import { ask } from '../data/ask.ts';
import { clipped } from '../data/format.ts';
import { Dialog } from '../design/dialog.tsx';
import { Allowed } from '../design/parts.tsx';
import type { Instance } from './upstreamState.ts';

interface OfInstance {
  readonly subgraph: string;
  readonly instance: Instance;
  /** No other one gets calls. */
  readonly isLast: boolean;
  readonly refresh: () => Promise<void>;
}

const ejecting = `mutation ($subgraph: String!, $instance: String!, $forSeconds: Float!) {
  ejectInstance(subgraph: $subgraph, instance: $instance, forSeconds: $forSeconds) { until }
}`;
const readmitting = `mutation ($subgraph: String!, $instance: String!) {
  readmitInstance(subgraph: $subgraph, instance: $instance) { readmitted }
}`;

/** Takes an instance out of the calls for a while, or back. */
export function Ejection({ subgraph, instance, isLast, refresh }: OfInstance) {
  const [isAsking, setAsking] = useState(false);
  const [minutes, setMinutes] = useState(5);
  const { name, health } = instance;
  const isOut = health === 'EJECTED';
  return (
    <Allowed needs="publisher" subgraph={subgraph}>
      <button
        type="button"
        class="button"
        disabled={isLast && !isOut}
        title={isLast && !isOut ? 'The last one that gets calls stays' : undefined}
        onClick={() => setAsking(true)}
      >
        {isOut ? 'Readmit' : 'Eject'}
      </button>
      {isAsking && (
        <Dialog
          title={`${isOut ? 'Readmit' : 'Eject'} ${clipped(name, 60)}?`}
          action={isOut ? 'Readmit' : 'Eject'}
          isDangerous={!isOut}
          close={() => setAsking(false)}
          act={async () => {
            const named = { subgraph, instance: name };
            if (isOut) await ask(readmitting, named);
            else await ask(ejecting, { ...named, forSeconds: minutes * 60 });
            await refresh();
          }}
        >
          <p class="small">
            {isOut
              ? 'This gateway calls it again, a little at first.'
              : 'This gateway sends it no calls for so long, however it does; those under way end. Other gateways are not told.'}
          </p>
          {!isOut && (
            <label class="field">
              Minutes
              <input
                type="number"
                min="0.1"
                max="1440"
                step="any"
                value={minutes}
                onInput={(event) => setMinutes(event.currentTarget.valueAsNumber)}
              />
            </label>
          )}
        </Dialog>
      )}
    </Allowed>
  );
}
