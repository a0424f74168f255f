import { table } from './table.ts';

/** A fetch as `extensions.cache` tells it. */
export interface ShownFetch {
  readonly subgraph: string;
  readonly types: readonly string[];
  readonly answered: 'hit' | 'stale' | 'partly' | 'miss' | 'passed';
  readonly hits: number;
  readonly misses: number;
  readonly stale: number;
  readonly reason: string | null;
  readonly leftMs: number;
  readonly ageMs: number;
  readonly scope: 'PUBLIC' | 'PRIVATE';
  /** It was part of a whole result that is kept. */
  readonly ofResult: boolean;
  readonly key: {
    readonly selection: string;
    readonly variables: readonly string[];
    readonly headers: readonly string[];
    readonly ignored: readonly string[];
    readonly representation: readonly string[];
    readonly session: boolean;
  } | null;
}

/** What `sluice cache explain` says to people: a line for each fetch, then why not and by what key. */
export function cacheText(
  fetches: readonly ShownFetch[],
  told: { readonly cacheControl: string | null },
): string {
  if (fetches.length === 0) return 'No subgraph had to be asked.';
  const rows = fetches.map((fetch, index) => [
    ...[String(index + 1), fetch.subgraph, fetch.types.join(' ') || '-', answeredText(fetch)],
    ...[`${fetch.hits} of ${fetch.hits + fetch.misses}`, fetch.key ? fetch.scope.toLowerCase() : '-'],
    ...[fetch.hits > 0 ? seconds(fetch.ageMs) : '-', fetch.leftMs > 0 ? seconds(fetch.leftMs) : '-'],
  ]);
  const heading = ['FETCH', 'SUBGRAPH', 'TYPES', 'ANSWERED', 'KEPT', 'SCOPE', 'AGE', 'LEFT'];
  return [
    table([heading, ...rows]),
    ...fetches.map((fetch, index) => detailText(fetch, index + 1)),
    `The client is told: cache-control: ${told.cacheControl ?? '(nothing)'}`,
  ].join('\n\n');
}

function answeredText({ answered, ofResult }: ShownFetch): string {
  return ofResult ? `${answered}, with the whole result` : answered;
}

function detailText({ reason, key }: ShownFetch, number: number): string {
  const why = reason === null ? [] : [`not kept: ${reason}`];
  return [`Fetch ${number}`, ...[...why, ...keyLines(key)].map((line) => `  ${line}`)].join('\n');
}

function keyLines(key: ShownFetch['key']): readonly string[] {
  if (!key) return [];
  const { selection, variables, headers, ignored, representation, session } = key;
  const list = (names: readonly string[]): string => names.join(', ') || 'none';
  const inKey = headers.filter((name) => !ignored.includes(name));
  return [
    `key: the subgraph and its URL, ${selection}`,
    ...(representation.length > 0 ? [`     the representation: ${list(representation)}`] : []),
    `     variables: ${list(variables)}`,
    `     headers it receives: ${list(inKey)}${ignored.length > 0 ? ` (ignored: ${list(ignored)})` : ''}`,
    `     session: ${session ? 'issuer, consumer and subject' : 'not part of it'}`,
  ];
}

function seconds(ms: number): string {
  return `${Math.floor(ms / 1000)} s`;
}
