import { coreScalar } from './coreScalar.ts';
import type { Environment } from './expandText.ts';
import { pathText } from './settingsPath.ts';
import type { Sections } from './shape.ts';
import { emptyMap, isMap, type Place, type Written } from './written.ts';

/** Variables that platforms set for a process; they win over the file. */
const overrides = [
  { variable: 'PORT', section: 'server', key: 'port' },
  { variable: 'ADMIN_PORT', section: 'admin', key: 'port' },
] as const;

/** Puts the variables in as if they were written; an empty one counts as not set. */
export function overrideFromEnvironment(
  { root, places }: Written,
  sections: Sections,
  env: Environment,
): void {
  for (const { variable, section, key } of overrides) {
    const value = env[variable];
    if (!value || !Object.hasOwn(sections, section)) continue;
    const written = root[section] ?? emptyMap();
    if (!isMap(written)) continue; // The section itself is at fault, and will be told.
    written[key] = coreScalar(value);
    root[section] = written;
    places.set(pathText([section, key]), environmentPlace(variable));
  }
}

function environmentPlace(variable: string): Place {
  const file = `${variable} (environment)`;
  return {
    file,
    line: null,
    column: null,
    keyLine: null,
    keyColumn: null,
    references: [],
    secret: false,
    text: null,
  };
}
