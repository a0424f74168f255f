import type { EngineResult } from '../execution/execution.ts';
import type { ClientCaching } from '../model/fetchCache.ts';
import type { Session } from '../model/session.ts';

/**
 * What the client is told of keeping a result: as long as its shortest-lived part may be used. Nothing with an error in it, or with a
 * part that may not be kept, is kept at all. Public is what anybody gets who shows nothing; what an identified session is answered is its
 * own, so that no cache on the way hands it on to others. Null where the gateway keeps nothing itself: it says nothing then.
 */
export function clientCaching(
  { errors, cacheFacts, data }: Pick<EngineResult, 'errors' | 'cacheFacts' | 'data'>,
  { identified }: Pick<Session, 'identified'>,
): ClientCaching | null {
  if (!cacheFacts) return null;
  const isWhole = !errors && data !== null && cacheFacts.length > 0;
  const ageMs = Math.max(0, ...cacheFacts.map((fact) => fact.ageMs));
  const leftMs = isWhole ? Math.min(...cacheFacts.map((fact) => fact.leftMs)) : 0;
  const isPrivate = cacheFacts.some(({ scope }) => scope === 'PRIVATE');
  const ageSeconds = Math.ceil(ageMs / 1000);
  const leftSeconds = Math.floor(leftMs / 1000);
  if (leftSeconds <= 0 || (isPrivate && !identified)) return notKept;
  const vary = [...new Set(cacheFacts.flatMap((fact) => fact.vary))];
  const isOwn = isPrivate || identified || vary.includes('*');
  return {
    maxAgeSeconds: ageSeconds + leftSeconds,
    ageSeconds,
    scope: isOwn ? 'private' : 'public',
    vary: vary.filter((name) => name !== '*'),
  };
}

const notKept: ClientCaching = { maxAgeSeconds: 0, ageSeconds: 0, scope: 'none', vary: [] };
