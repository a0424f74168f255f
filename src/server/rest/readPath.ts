import { SluiceError } from '../../base/errors.ts';
import type { Route } from '../../model/route.ts';
import { decodeText } from './decodeText.ts';

/** The values that a path gives variables. Throws what could be read as another path by somebody else on the way. */
export function readPath(
  { segments }: Route,
  parts: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const [at, segment] of segments.entries()) {
    if (!('variable' in segment)) continue;
    const { variable } = segment;
    const value = decodeText(parts[at] ?? '', `The path, at "${variable}",`);
    if (value === '.' || value === '..' || isControl(value))
      throw new SluiceError(
        'BAD_REQUEST',
        `The path, at "${variable}", is dots alone or holds a control character; allowed: any other text.`,
      );
    values.set(variable, [value]);
  }
  return values;
}

/** A NUL, a line end and their kind mean something to most of what handles paths. */
function isControl(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
