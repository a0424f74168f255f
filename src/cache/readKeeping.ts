import type { HeaderBack } from '../model/headerBack.ts';
import type { ResponseKeeping, SentHeaders } from '../model/subgraphCall.ts';

/** What a subgraph's response allows; all in milliseconds. */
export interface Keeping {
  /** Null where the response sets no bound. */
  readonly maxAgeMs: number | null;
  /** How old it was when it came. */
  readonly ageMs: number;
  /** How long it may be used after its time; null where the response does not say. */
  readonly staleIfErrorMs: number | null;
  readonly staleWhileRevalidateMs: number | null;
  /** Headers that go back to whoever is answered by it. */
  readonly back: readonly HeaderBack[];
}

interface Asked {
  readonly scope: 'PUBLIC' | 'PRIVATE';
  readonly sent: SentHeaders;
  /** Names of headers that are sent and not part of the key. */
  readonly ignored: ReadonlySet<string>;
}

/**
 * Reads `Cache-Control`, `Age` and `Vary` of a subgraph's response (RFC 9111, 5.1, 5.2.2; RFC 5861; RFC 9110, 12.5.5). Whatever forbids
 * keeping it wins over whatever allows it, in any order; of two bounds the smaller one holds, and one that cannot be read is 0.
 * Gives the reason where it may not be kept.
 */
export function readKeeping(head: ResponseKeeping | undefined, asked: Asked): Keeping | string {
  if (!head) return 'its response was not seen';
  if (head.status !== 200) return `its status was ${head.status}`;
  const vary = varyFault(head.vary, asked);
  if (vary !== null) return vary;
  if (head.back.some(({ name }) => name === 'set-cookie')) return 'it sets a cookie';
  const directives = readDirectives(head.cacheControl ?? '');
  for (const name of ['no-store', 'no-cache']) if (directives.has(name)) return `Cache-Control: ${name}`;
  if (directives.has('private') && asked.scope === 'PUBLIC') return 'Cache-Control: private';
  const age = head.age === null ? 0 : seconds([head.age]);
  if (age === null) return 'its Age cannot be read';
  const bounds = ['max-age', 's-maxage'].flatMap((name) => directives.get(name) ?? []);
  const maxAge = bounds.length === 0 ? null : (seconds(bounds) ?? 0);
  if (maxAge !== null && maxAge <= age) return 'Cache-Control: it is too old already';
  const isStrict = directives.has('must-revalidate') || directives.has('proxy-revalidate');
  const stale = (name: string): number | null => {
    if (isStrict) return 0;
    const given = directives.get(name);
    return given ? (seconds(given) ?? 0) * 1000 : null;
  };
  return {
    maxAgeMs: maxAge === null ? null : maxAge * 1000,
    ageMs: age * 1000,
    staleIfErrorMs: stale('stale-if-error'),
    staleWhileRevalidateMs: stale('stale-while-revalidate'),
    // How long it may be kept the gateway says itself.
    back: head.back.filter(({ name }) => !ofKeeping.has(name)),
  };
}

const ofKeeping = new Set(['age', 'cache-control', 'expires']);

/** Why the key does not hold all that the response varies by; null when it does. */
function varyFault(vary: string | null, { sent, ignored }: Asked): string | null {
  const names = (vary ?? '').split(',').map((name) => name.trim().toLowerCase());
  for (const name of names) {
    if (name === '*' || ignored.has(name) || sent.perCall.includes(name)) return `Vary: ${name}`;
  }
  return null;
}

/** Each directive's values, those of all its occurrences. */
function readDirectives(text: string): ReadonlyMap<string, readonly string[]> {
  const directives = new Map<string, string[]>();
  for (const [, name = '', quoted, plain] of text.matchAll(
    /([^\s,;="]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,]*)))?/g,
  )) {
    const key = name.toLowerCase();
    const known = directives.get(key) ?? [];
    directives.set(key, known);
    known.push(quoted ?? plain ?? '');
  }
  return directives;
}

/** The smallest of them; null when one of them is no number of seconds. */
function seconds(values: readonly string[]): number | null {
  const numbers = values.map((value) => (/^\s*\d{1,10}\s*$/.test(value) ? Number(value) : null));
  return numbers.reduce(
    (least, number) => (least === null || number === null ? null : Math.min(least, number)),
    Number.POSITIVE_INFINITY,
  );
}
