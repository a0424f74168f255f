import { fieldFault } from '../translated/fieldFault.ts';
import type { Scope } from '../translated/fillTemplate.ts';

interface ExpandedPath {
  readonly path: string;
  /** Names that found a place in it. */
  readonly used: ReadonlySet<string>;
}

/**
 * A path with its names put in, each encoded for the place it stands in: `{name}` is one value, or several with commas between; in a
 * query `{name*}` is a parameter for each of several. A parameter that has no value is left out; a step cannot be.
 */
export function expandPath(
  template: string,
  scope: Scope,
  more: Readonly<Record<string, string>> | null,
): ExpandedPath {
  const used = new Set<string>();
  const [steps = '', query = ''] = template.split('?', 2);
  const path = steps.replaceAll(/\{(\w+)\*?\}/g, (_, name: string) => {
    used.add(name);
    const text = textOf(scope(name));
    // Dots alone would lead to another path.
    if (text === null || text === '' || text === '.' || text === '..')
      throw fieldFault(
        'BAD_USER_INPUT',
        `"${name}" is ${text === null ? 'missing' : JSON.stringify(text)}: it cannot stand in a path.`,
      );
    return encoded(text);
  });
  const parameters =
    query === '' ? [] : query.split('&').flatMap((parameter) => expanded(parameter, scope, used));
  for (const [name, value] of Object.entries(more ?? {}))
    parameters.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return { path: parameters.length > 0 ? `${path}?${parameters.join('&')}` : path, used };
}

function expanded(parameter: string, scope: Scope, used: Set<string>): readonly string[] {
  const [, label = '', name, star] = /^([^=]*=)\{(\w+)(\*?)\}$/.exec(parameter) ?? [];
  if (name === undefined) return [parameter];
  used.add(name);
  const value = scope(name);
  if (star && Array.isArray(value))
    return value.map((each) => `${label}${encodeURIComponent(textOf(each) ?? '')}`);
  const text = textOf(value);
  return text === null ? [] : [`${label}${encoded(text)}`];
}

/** Commas stand between several values; most texts need no look. */
function encoded(text: string): string {
  return /^[\w,.~-]*$/.test(text) ? text : encodeURIComponent(text).replaceAll('%2C', ',');
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((each) => textOf(each) ?? '').join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
