import { errorFields } from './errorFields.ts';
import { redacted, withoutSecrets } from './withoutSecrets.ts';

/** Fields whose values are secrets, wherever they stand; names are compared without case, `-` and `_`. */
const secretNames = [
  'authorization',
  'proxyAuthorization',
  'cookie',
  'setCookie',
  'xApiKey',
  'apiKey',
  'key',
  'token',
  'accessToken',
  'refreshToken',
  'idToken',
  'password',
  'passwd',
  'secret',
  'clientSecret',
  'privateKey',
  'variables',
];

/** What is deeper is left out. */
const maxDepth = 6;

/**
 * Takes secrets out of what is to be logged: gives a copy without them, of fields by their names, of texts by their shape. `more` are names of
 * one's own, as of variables and input fields that hold what is nobody's business.
 */
export function createRedaction(more: readonly string[]): (fields: object) => object {
  const names = new Set([...secretNames, ...more].map(plain));

  function copy(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return withoutSecrets(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > maxDepth) return '[deeper]';
    if (value instanceof Error) return copy(errorFields(value), depth);
    if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1));
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return copy(toJSON.call(value), depth + 1);
    const copied: Record<string, unknown> = Object.create(null);
    for (const [name, item] of Object.entries(value))
      copied[name] = names.has(plain(name)) && (item ?? null) !== null ? redacted : copy(item, depth + 1);
    return copied;
  }

  return (fields) => copy(fields, 0) as object;
}

function plain(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase();
}
