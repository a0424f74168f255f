import { type Algorithm, isAlgorithm } from './algorithms.ts';
import { unauthenticated } from './unauthenticated.ts';

/** A signed token (RFC 7519) taken apart; nothing of it can be believed before its signature is verified. */
export interface SignedToken {
  readonly text: string;
  readonly alg: Algorithm;
  readonly kid: string | null;
  /** Null when it has none, or one that is no text. */
  readonly issuer: string | null;
}

/** Twice what the largest providers' tokens have; some put every group of a person into it. */
const maxLength = 16_384;
const maxKidLength = 512;
/** What would make somebody else's key or meaning count: keys or their places named by the token itself, extensions, encodings. */
const refusedParameters = ['crit', 'b64', 'zip', 'enc', 'jku', 'jwk', 'x5u', 'x5c'] as const;
const acceptedTypes: ReadonlySet<unknown> = new Set([
  undefined,
  'jwt',
  'at+jwt',
  'application/jwt',
  'application/at+jwt',
]);
const base64url = /^[\w-]+$/;

/** Null for a token that is no JWT and means something to its issuer only. Throws UNAUTHENTICATED for a bad one. */
export function readToken(text: string): SignedToken | null {
  if (text.length > maxLength) throw unauthenticated('malformed', 'too long');
  const parts = text.split('.', 6);
  const [head = '', payload = '', signature = ''] = parts;
  const header = parts.length === 3 || parts.length === 5 ? objectOf(head) : null;
  if (header === null) {
    // All that begins with {" in base64url was meant to be one.
    if (text.startsWith('eyJ')) throw unauthenticated('malformed', 'no JWT');
    return null;
  }
  if (parts.length === 5) throw unauthenticated('encrypted');
  const claims = objectOf(payload);
  if (claims === null || !base64url.test(signature))
    throw unauthenticated('malformed', 'no payload or signature');
  return { text, issuer: typeof claims.iss === 'string' ? claims.iss : null, ...readHeader(header) };
}

function readHeader(header: Record<string, unknown>): Pick<SignedToken, 'alg' | 'kid'> {
  const { alg, typ, kid = null } = header;
  if (!isAlgorithm(alg)) throw unauthenticated('signedOtherwise', 'its algorithm');
  const refused = refusedParameters.find((name) => Object.hasOwn(header, name));
  if (refused !== undefined) throw unauthenticated('signedOtherwise', `its header has ${refused}`);
  if (!acceptedTypes.has(typeof typ === 'string' ? typ.toLowerCase() : typ))
    throw unauthenticated('signedOtherwise', 'its type');
  if (kid !== null && (typeof kid !== 'string' || kid.length > maxKidLength))
    throw unauthenticated('malformed', 'its kid');
  return { alg, kid };
}

/** Strictly base64url: Node reads over what does not belong. Null for what is no JSON object. */
function objectOf(encoded: string): Record<string, unknown> | null {
  if (!base64url.test(encoded)) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
