import { listed } from './allowedBy.ts';
import { isHidden } from './isHidden.ts';
import { pathText, type SettingsPath } from './settingsPath.ts';
import type { Shape } from './shape.ts';
import { withoutCredentials } from './withoutCredentials.ts';
import { isMap, type Written, type WrittenValue } from './written.ts';

const maxShown = 80;

export interface FoundOptions {
  readonly written: Written;
  /** Of the whole file. */
  readonly shape: Shape;
}

/** `found "abc" from ${PORT}`: what stands at a path and which references made it; a secret is named, never shown. */
export function foundValue(
  value: WrittenValue | undefined,
  path: SettingsPath,
  { written, shape }: FoundOptions,
): string {
  const place = written.places.get(pathText(path));
  const from = place?.references.length ? ` from ${place.references.join(' and ')}` : '';
  if (value === undefined) return 'found nothing';
  if (isMap(value)) return `found ${mapWithKeys(Object.keys(value))}`;
  if (Array.isArray(value)) return value.length === 0 ? 'found an empty list' : 'found a list';
  if (isHidden(path, written, shape)) return `found a hidden value${from}`;
  return `found ${shown(value)}${from}`;
}

function mapWithKeys(keys: readonly string[]): string {
  if (keys.length === 0) return 'an empty map';
  const named = keys.slice(0, 5);
  return `a map with ${listed(named.length < keys.length ? [...named, 'more'] : named, 'and')}`;
}

function shown(value: Exclude<WrittenValue, object>): string {
  if (value === null) return 'an empty value';
  if (typeof value !== 'string') return String(value);
  const text = withoutCredentials(value);
  return JSON.stringify(text.length > maxShown ? `${text.slice(0, maxShown)}…` : text);
}
