import { clipped, count, duration } from '../data/format.ts';
import { Status, type Tone } from '../design/parts.tsx';
import type { Column } from '../design/table.tsx';
import { Ejection } from './ejection.tsx';
import type { Instance } from './upstreamState.ts';

const healthTones: Readonly<Record<Instance['health'], Tone>> = {
  HEALTHY: 'good',
  EJECTED: 'bad',
  UNHEALTHY: 'bad',
};

interface OfSubgraph {
  readonly subgraph: string;
  readonly instances: readonly Instance[];
  readonly refresh: () => Promise<void>;
}

export const instanceColumns = ({
  subgraph,
  instances,
  refresh,
}: OfSubgraph): readonly Column<Instance>[] => [
  {
    id: 'name',
    label: 'Instance',
    worth: ({ name }) => name,
    cell: ({ name, zone, weight }) => (
      <>
        <span class="mono">{clipped(name, 80)}</span>
        <div class="muted tiny">
          {zone !== null && `zone ${clipped(zone, 60)} · `}weight {weight}
        </div>
      </>
    ),
  },
  {
    id: 'health',
    label: 'Health',
    cell: ({ health }) => <Status tone={healthTones[health]}>{health.toLowerCase()}</Status>,
  },
  {
    id: 'inFlight',
    label: 'In flight',
    isNumber: true,
    worth: ({ inFlight }) => inFlight,
    cell: ({ inFlight }) => count(inFlight),
  },
  {
    id: 'latency',
    label: 'Latency',
    isNumber: true,
    worth: ({ latencyMs }) => latencyMs,
    cell: ({ latencyMs }) => duration(latencyMs),
  },
  {
    id: 'failures',
    label: 'Failures',
    isNumber: true,
    worth: ({ failures }) => failures,
    cell: ({ failures, tries }) => `${count(failures)} of ${count(tries)}`,
  },
  {
    id: 'eject',
    label: '',
    isNumber: true,
    cell: (instance) => (
      <Ejection
        subgraph={subgraph}
        instance={instance}
        isLast={!instances.some(({ name, health }) => name !== instance.name && health !== 'EJECTED')}
        refresh={refresh}
      />
    ),
  },
];
