/** What is added up, in the order it stands in a row; new ones come last, since rows that wait in a file have no names. */
export const measures = [
  'calls',
  'errors',
  'refused',
  'failed',
  'gone',
  'ms',
  'admitMs',
  'identifyMs',
  'prepareMs',
  'answerMs',
  'bytes',
  'subgraphCalls',
  'joined',
  'cacheHits',
  'costEstimated',
  'costMeasured',
  'cacheMisses',
  'cacheStale',
  'retries',
  'replaced',
] as const;

export type Measure = (typeof measures)[number];

/**
 * Sums of many operations. Of `calls`, `errors` were answered with errors or not at all; among those `refused` for the caller's sake and
 * `failed` for ours; of `gone` the client did not wait. Of subgraphs, `calls` are calls to them, and `joined` those that others made.
 * `cacheStale` are part of the `cacheHits`. `retries` are tries beyond the first of each call that was made; `replaced` are calls that failed
 * and something stood in for, once for each who asked, whoever made the call.
 */
export type Sums = Readonly<Record<Measure, number>>;

/** The place of each measure. */
export const at = Object.fromEntries(measures.map((measure, index) => [measure, index])) as Readonly<
  Record<Measure, number>
>;
