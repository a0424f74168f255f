import type { ResultMediaType } from '../model/arrival.ts';

const resultTypes: readonly ResultMediaType[] = ['application/json', 'application/graphql-response+json'];

/** More ranges than this in one Accept header are not looked at. */
const maxRanges = 32;

/**
 * The media type to answer in, by the client's Accept (RFC 9110, section 12.5.1): the highest q wins, the more specific range
 * before the wider one, then the order of the header. Null when neither type is acceptable.
 * Clients that state no wish, or any type, get application/json, which every client reads.
 */
export function chooseMediaType(
  accept: string | undefined,
  types: readonly ResultMediaType[] = resultTypes,
): ResultMediaType | null {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return 'application/json';
  let best: { type: ResultMediaType; q: number; precision: number } | null = null;
  const refused = new Set<ResultMediaType>();
  for (const range of accept.split(',', maxRanges)) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const q = qualityOf(parameters);
    for (const type of types) {
      const precision = precisionOf(name, type);
      if (precision === 0) continue;
      if (q === 0) {
        if (precision === 3) refused.add(type);
        continue;
      }
      if (best === null || q > best.q || (q === best.q && precision > best.precision))
        best = { type, q, precision };
    }
  }
  if (best === null) return null;
  if (!refused.has(best.type)) return best.type;
  return types.find((type) => !refused.has(type)) ?? null;
}

/** 3 for the very type, 2 for application/*, 1 for any, 0 for another one. */
function precisionOf(range: string, type: ResultMediaType): 0 | 1 | 2 | 3 {
  if (range === type) return 3;
  if (range === 'application/*') return 2;
  return range === '*/*' ? 1 : 0;
}

function qualityOf(parameters: readonly string[]): number {
  const written = parameters.find((parameter) => parameter.startsWith('q='));
  if (written === undefined) return 1;
  const q = Number(written.slice(2));
  return q >= 0 && q <= 1 ? q : 0;
}
