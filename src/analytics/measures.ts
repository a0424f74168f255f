/** What is added up, in the order it stands in a row. */
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
] as const;

export type Measure = (typeof measures)[number];

/**
 * Sums of many operations. Of `calls`, `errors` were answered with errors or not at all; among those `refused` for the caller's sake and
 * `failed` for ours; of `gone` the client did not wait. Of subgraphs, `calls` are calls to them, and `joined` those that others made.
 */
export type Sums = Readonly<Record<Measure, number>>;

/** The place of each measure. */
export const at = Object.fromEntries(measures.map((measure, index) => [measure, index])) as Readonly<
  Record<Measure, number>
>;
