import { leavesOf } from './effectiveInput.ts';
import { isSecretName } from './isSecretName.ts';
import { pathText, type SettingsPath } from './settingsPath.ts';
import { acceptsType, alternatives, type Shape, shapesAlong } from './shape.ts';
import type { Written } from './written.ts';

/**
 * Must nobody see this value that an operator wrote? Yes when it came from a `${file:...}`, when its schema says
 * `.meta({ secret: true })`, or when its key or one above is named like a secret (`secret: false` says that the names down to there mean nothing).
 * Names hide texts only: a number, a switch or a choice from a list under such a name is no secret.
 */
export function isHidden(path: SettingsPath, written: Written, shape: Shape): boolean {
  if (written.places.get(pathText(path))?.secret) return true;
  const along = shapesAlong(shape, path, written.root);
  const marks = along.map(markOf);
  const marked = marks.findLastIndex((mark) => mark !== null);
  if (marks[marked] === true) return true;
  const names = path.slice(Math.max(0, marked));
  if (!names.some((step) => typeof step === 'string' && isSecretName(step))) return false;
  const own = along.length === path.length + 1 ? along.at(-1) : undefined;
  return own === undefined || acceptsType(own, '?');
}

/** What a schema says itself. A map that marks the secrets in it has said that the rest is none. */
function markOf(shape: Shape): boolean | null {
  const options = [shape, ...alternatives(shape)];
  if (options.some((option) => option.secret === true)) return true;
  const properties = options.flatMap((option) => Object.values(option.properties ?? {}));
  const tells = properties.some((property) => typeof property === 'object' && property.secret === true);
  return tells || options.some((option) => option.secret === false) ? false : null;
}

/** Every text that must not be seen, to be taken out of messages that others wrote. */
export function hiddenTexts(written: Written, shape: Shape): readonly string[] {
  const texts = leavesOf(written.root)
    .filter(([path]) => isHidden(path, written, shape))
    .map(([path, value]) => written.places.get(pathText(path))?.text ?? String(value));
  // A word of three letters is no secret, and taking it out everywhere would spoil the message.
  return [...new Set(texts)]
    .filter((text) => text.length > 3)
    .sort((one, other) => other.length - one.length);
}
