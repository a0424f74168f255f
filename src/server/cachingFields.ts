import type { ClientCaching } from '../model/fetchCache.ts';

/** `Cache-Control`, `Age` and `Vary` of a response with these results in it: the strictest of what is said of each. */
export function cachingFields(items: readonly (ClientCaching | null)[]): Readonly<Record<string, string>> {
  const said = items.filter((item) => item !== null);
  if (said.length === 0) return {};
  const isKept = said.length === items.length && said.every(({ scope }) => scope !== 'none');
  if (!isKept) return { 'cache-control': 'no-store' };
  const age = Math.max(...said.map(({ ageSeconds }) => ageSeconds));
  const left = Math.min(...said.map(({ maxAgeSeconds, ageSeconds }) => maxAgeSeconds - ageSeconds));
  const scope = said.some((item) => item.scope === 'private') ? 'private' : 'public';
  const vary = [...new Set(said.flatMap((item) => item.vary))];
  return {
    'cache-control': `max-age=${age + left}, ${scope}`,
    age: String(age),
    ...(vary.length > 0 ? { vary: vary.join(', ') } : {}),
  };
}
