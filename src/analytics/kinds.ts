/** Everything an operation is told apart by. An empty text stands for none. */
export interface UsageDimensions {
  readonly operation: string;
  readonly client: string;
  readonly version: string;
  readonly consumer: string;
  readonly plan: string;
  /** `anonymous`, `token`, `key`, or `unknown` when it was refused before that was known. */
  readonly caller: string;
  readonly status: string;
  readonly generation: string;
  readonly region: string;
}

/** The names of a row, at most three. */
export type UsageKey = readonly [one: string, two: string, three: string];

interface UsageKind {
  keyOf(dimensions: UsageDimensions): UsageKey;
  /** Whether quantiles are asked of it. */
  readonly hasLatency: boolean;
}

/** By what operations are added up: a row of the store for each kind, minute and key. */
export const operationKinds = {
  operation: { keyOf: ({ operation }) => [operation, '', ''], hasLatency: true },
  client: { keyOf: ({ client, version }) => [client, version, ''], hasLatency: true },
  consumer: { keyOf: ({ consumer, plan }) => [consumer, plan, ''], hasLatency: true },
  operationClient: {
    keyOf: ({ operation, client, version }) => [operation, client, version],
    hasLatency: true,
  },
  operationConsumer: { keyOf: ({ operation, consumer }) => [operation, consumer, ''], hasLatency: false },
  clientConsumer: { keyOf: ({ client, consumer }) => [client, consumer, ''], hasLatency: false },
  operationGeneration: {
    keyOf: ({ operation, generation }) => [operation, generation, ''],
    hasLatency: true,
  },
  caller: { keyOf: ({ caller, plan }) => [caller, plan, ''], hasLatency: false },
  status: { keyOf: ({ status }) => [status, '', ''], hasLatency: false },
  // Of all rows there are fewest of these: they tell of everything together.
  region: { keyOf: ({ region }) => [region, '', ''], hasLatency: true },
} as const satisfies Record<string, UsageKind>;

/** Distributions of what single callers asked in a minute, and in the busiest second of it; what stands for a latency is a number. */
export type RateKind = 'addressMinute' | 'addressSecond' | 'sessionMinute' | 'sessionSecond';

/**
 * Rows that are added up from something else than operations as a whole: their calls to subgraphs, a sample of these by what they fetch,
 * their error codes, what they were thought to cost (in place of a latency), and rates of callers.
 */
export type PartKind =
  | 'subgraph'
  | 'operationSubgraph'
  | 'operationFetch'
  | 'operationCode'
  | 'cost'
  | RateKind;

export type Kind = keyof typeof operationKinds | PartKind;

export const kinds: readonly Kind[] = [
  ...(Object.keys(operationKinds) as (keyof typeof operationKinds)[]),
  'subgraph',
  'operationSubgraph',
  'operationFetch',
  'operationCode',
  'cost',
  'addressMinute',
  'addressSecond',
  'sessionMinute',
  'sessionSecond',
];

/** Whether rows of the kind know how long it took. */
export function hasLatency(kind: Kind): boolean {
  if (kind in operationKinds) return operationKinds[kind as keyof typeof operationKinds].hasLatency;
  return kind !== 'operationCode';
}
