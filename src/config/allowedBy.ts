import { acceptsType, alternatives, type Shape } from './shape.ts';

/** What may be written for a shape, in words: `a whole number from 0 to 65535`, `off, log or enforce`. */
export function allowedBy(shape: Shape): string {
  const options = [...new Set(alternatives(shape).map(one))];
  // A text with a form of its own (a duration, a rate) shows it best by its default.
  const example =
    typeof shape.default === 'string' && acceptsType(shape, '?') ? ` such as ${shape.default}` : '';
  return listed(options.map((option) => (option === 'text' ? `text${example}` : option)));
}

/** `a`, `a or b`, `a, b or c`. */
export function listed(words: readonly string[], last = 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

function one(shape: Shape): string {
  if (shape.const !== undefined) return String(shape.const);
  if (shape.enum) return listed(shape.enum.map(String));
  switch (shape.type) {
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'integer':
    case 'number':
      return number(shape);
    case 'string':
      return text(shape);
    case 'array':
      return list(shape);
    case 'object':
      return map(shape);
    default:
      return shape.description ?? 'anything';
  }
}

function number(shape: Shape): string {
  const noun = shape.type === 'integer' ? 'a whole number' : 'a number';
  const multiple = shape.multipleOf === undefined ? '' : `, a multiple of ${shape.multipleOf}`;
  // zod states the bounds of exact integers where a part states none.
  const least = shape.minimum === Number.MIN_SAFE_INTEGER ? undefined : shape.minimum;
  const most = shape.maximum === Number.MAX_SAFE_INTEGER ? undefined : shape.maximum;
  const above = typeof shape.exclusiveMinimum === 'number' ? ` above ${shape.exclusiveMinimum}` : '';
  const below = typeof shape.exclusiveMaximum === 'number' ? ` below ${shape.exclusiveMaximum}` : '';
  return noun + range(least, most).replace(' at', ' of at') + above + below + multiple;
}

function text(shape: Shape): string {
  if (shape.format === 'uri') return 'a URL';
  if (shape.format) return `text in the form of ${shape.format}`;
  if (shape.pattern) return `text that matches ${shape.pattern}`;
  if (shape.minLength === 1 && shape.maxLength === undefined) return 'text that is not empty';
  const length = range(shape.minLength, shape.maxLength);
  return length ? `text with${length.replace(' from', '')} characters` : 'text';
}

function list(shape: Shape): string {
  const length = range(shape.minItems || undefined, shape.maxItems).replace(' from', '');
  const items =
    shape.items && typeof shape.items === 'object' && !Array.isArray(shape.items) ? shape.items : null;
  const content = items ? `, each ${allowedBy(items)}` : '';
  return length ? `a list with${length} entries${content}` : `a list${content}`;
}

function map(shape: Shape): string {
  const keys = Object.keys(shape.properties ?? {});
  if (keys.length === 0) return 'a map';
  return `a map with ${listed(keys, shape.required?.length === keys.length ? 'and' : 'or')}`;
}

function range(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined)
    return least === most ? ` ${least}` : ` from ${least} to ${most}`;
  if (least !== undefined) return ` at least ${least}`;
  return most === undefined ? '' : ` at most ${most}`;
}
