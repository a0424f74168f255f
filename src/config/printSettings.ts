import { stringify } from 'yaml';
import { effectiveInput, leavesOf } from './effectiveInput.ts';
import { isHidden } from './isHidden.ts';
import type { ReadSettings, SettingSource } from './readSettings.ts';
import { pathText, type SettingsPath } from './settingsPath.ts';
import type { Sections } from './shape.ts';
import { hiddenText, withoutCredentials } from './withoutCredentials.ts';
import { isMap, replaceAt, type WrittenValue } from './written.ts';

/** As YAML, each value with a comment that says where it came from; as JSON, `{ settings, sources }` with the sources by path. */
export type PrintFormat = 'yaml' | 'json';

type Printable = Pick<ReadSettings<Sections>, 'written' | 'shape' | 'sourceOf'>;

/**
 * The settings in force as a person would write them, secrets hidden. The YAML, as long as it holds no secret, can be read
 * again and means the same; relative paths stay as they were written.
 */
export function printSettings(read: Printable, format: PrintFormat = 'yaml'): string {
  const shown = shownSettings(read);
  if (format === 'yaml') return `${blockOf(shown, [], read).join('\n')}\n`;
  const sources = leavesOf(shown).map(([path]) => [pathText(path), sourceText(read.sourceOf(path))] as const);
  return `${JSON.stringify({ settings: shown, sources: Object.fromEntries(sources) }, null, 2)}\n`;
}

function shownSettings({ written, shape, sourceOf }: Printable): WrittenValue {
  const shown = effectiveInput(written.root, shape);
  if (!isMap(shown)) return shown;
  for (const [path, value] of leavesOf(shown)) {
    // A default is in the sources for everybody to read.
    if (value === null || typeof value === 'object' || sourceOf(path).kind === 'default') continue;
    if (isHidden(path, written, shape)) replaceAt(shown, path, hiddenText);
    else if (typeof value === 'string') replaceAt(shown, path, withoutCredentials(value));
  }
  return shown;
}

/** Block style, a leaf a line. The yaml package moves the comment of `[]` to a line of its own, hence by hand. */
function blockOf(value: WrittenValue, path: SettingsPath, read: Printable): readonly string[] {
  if (Array.isArray(value) && value.length > 0) {
    return value.flatMap((item, index) => {
      const [first = '', ...rest] = blockOf(item, [...path, index], read);
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  }
  if (isMap(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, inner]) => {
      const lines = blockOf(inner, [...path, key], read);
      const name = scalarText(key);
      return isBranch(inner)
        ? [`${name}:`, ...lines.map((line) => `  ${line}`)]
        : [`${name}: ${lines[0] ?? ''}`];
    });
  }
  return [`${scalarText(value)} # ${sourceText(read.sourceOf(path))}`];
}

function isBranch(value: WrittenValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function scalarText(value: WrittenValue): string {
  if (typeof value !== 'string') return stringify(value, { lineWidth: 0 }).trim();
  // A dollar that would be taken for a reference is doubled, as in a file.
  const text = /\$[{$]/.test(value) ? value.replaceAll('$', '$$$$') : value;
  return text.includes('\n') ? JSON.stringify(text) : stringify(text, { lineWidth: 0 }).trim();
}

function sourceText(source: SettingSource): string {
  switch (source.kind) {
    case 'default':
      return 'default';
    case 'environment':
      return `${source.variable} (environment)`;
    case 'file': {
      const from = source.references.length > 0 ? ` from ${source.references.join(' and ')}` : '';
      return `${source.file}:${source.line}${from}`;
    }
  }
}
