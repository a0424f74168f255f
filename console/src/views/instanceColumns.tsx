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

export const instanceColumns = (
  subgraph: string,
  refresh: () => Promise<void>,
): readonly Column<Instance>[] => [
  {
    id: 'name',
    label: 'Instance',
    worth: ({ name }) => name,
    cell: ({ name }) => <span class="mono">{clipped(name, 80)}</span>,
  },
  {
    id: 'health',
    label: 'Health',
    cell: ({ health }) => <Status tone={healthTones[health]}>{health.toLowerCase()}</Status>,
  },
  { id: 'zone', label: 'Zone', cell: ({ zone }) => zone ?? '–' },
  { id: 'weight', label: 'Weight', isNumber: true, cell: ({ weight }) => weight },
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
    cell: (instance) => <Ejection subgraph={subgraph} instance={instance} refresh={refresh} />,
  },
];
