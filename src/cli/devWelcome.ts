import { resolve } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Gateway, Loaded } from '../gateway.ts';

/** The subgraphs that the first query asks, and the one more that the second asks. */
const atlas = ['countries', 'currencies', 'cities', 'airports'];
const atlasQuery =
  '{ country(code: "CH") { name currency { code name } cities(first: 3) { name population airports { iata name } } } }';
const trips = 'trips';
const tripsQuery =
  'mutation { createTrip(input: { title: "Over the Alps", countryCode: "CH", cityId: "2657896", startsOn: "2027-06-01", endsOn: "2027-06-14" }) { title startsOn city { name population } country { name currency { code } } } }';

const tokenLifetimeMs = 12 * 3_600_000;
/** What trips ask of their callers. */
const tokenScopes = 'trips:read trips:write';

/** What `sluice dev` says when all is up: where everything is, and queries worth running where this is the example. */
export async function devWelcome(
  { endpoint, adminUrl }: Gateway,
  { settings, folder }: Loaded,
): Promise<string> {
  const { devToken } = await import('../identity/identity.ts');
  const token = await devToken(
    { subject: 'developer', scopes: tokenScopes, lifetimeMs: tokenLifetimeMs },
    { dir: resolve(folder, settings.storage.dir), clock: systemClock },
  );
  const lines = [
    '',
    'Sluice is ready.',
    `  endpoint  ${endpoint}`,
    `  console   ${adminUrl}/`,
    `  token     ${token}`,
    '            (for development, 12 hours; another one: sluice token --sub NAME --scopes "a b")',
  ];
  const isListed = (name: string): boolean => Object.hasOwn(settings.subgraphs, name);
  if (atlas.every(isListed)) {
    lines.push('Try:', `  ${curl(endpoint, atlasQuery)}`);
    if (isListed(trips))
      lines.push('And who you are, with a trip to join:', `  ${curl(endpoint, tripsQuery, token)}`);
  }
  return [...lines, ''].join('\n');
}

function curl(endpoint: string, query: string, token: string | null = null): string {
  const shown = token === null ? '' : ` -H 'authorization: Bearer ${token}'`;
  return `curl ${endpoint} -H 'content-type: application/json'${shown} -d '${JSON.stringify({ query })}'`;
}
