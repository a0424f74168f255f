import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { type Algorithm, algorithmsOf } from './algorithms.ts';

/** A provider's public key. */
export interface VerificationKey {
  readonly id: string | null;
  readonly algorithms: readonly Algorithm[];
  readonly key: KeyObject;
  /** Set once the provider no longer publishes it: what it signed is not taken any more. */
  withdrawn: boolean;
}

/** The keys a provider publishes at one time, by their text. */
export type KeyRing = ReadonlyMap<string, VerificationKey>;

const maxKeys = 100;
const leastRsaBits = 2048;

/**
 * Reads a JWK set (RFC 7517). Keys that cannot verify tokens are left out: those for encryption, shared secrets, private or weak
 * ones. Keys of the former ring that are still there stay the same objects. Throws when nothing is left, which no provider means.
 */
export function readKeyRing(answer: unknown, former: KeyRing): KeyRing {
  const listed = isObject(answer) ? answer.keys : null;
  if (!Array.isArray(listed)) throw new Error('the answer is no JWK set');
  if (listed.length > maxKeys) throw new Error(`the set has ${listed.length} keys; ${maxKeys} are allowed`);
  const ring = new Map<string, VerificationKey>();
  for (const jwk of listed.filter(isObject)) {
    const text = JSON.stringify(jwk);
    const key = former.get(text) ?? importKey(jwk);
    if (key !== null) ring.set(text, key);
  }
  if (ring.size === 0) throw new Error('the set has no key that tokens can be verified with');
  return ring;
}

/** The keys that a token with this `kid` and algorithm may be signed by; one without `kid` only where there is no choice. */
export function keysFor(
  ring: KeyRing,
  { kid, alg }: { kid: string | null; alg: Algorithm },
): readonly VerificationKey[] {
  const fitting = [...ring.values()].filter(({ algorithms }) => algorithms.includes(alg));
  if (kid !== null) return fitting.filter(({ id }) => id === kid);
  return fitting.length === 1 ? fitting : [];
}

function importKey(jwk: Record<string, unknown>): VerificationKey | null {
  const { kid = null, alg, use = 'sig', key_ops: operations = ['verify'] } = jwk;
  if (kid !== null && typeof kid !== 'string') return null;
  if (use !== 'sig' || 'd' in jwk || !Array.isArray(operations) || !operations.includes('verify'))
    return null;
  const possible = algorithmsOf({ kty: jwk.kty, crv: jwk.crv });
  const usable = alg === undefined ? possible : possible.filter((each) => each === alg);
  const key = usable.length === 0 ? null : publicKeyOf(jwk);
  if (key === null || (key.asymmetricKeyDetails?.modulusLength ?? leastRsaBits) < leastRsaBits) return null;
  return { id: kid, algorithms: usable, key, withdrawn: false };
}

/** Null for what only looks like a key. */
function publicKeyOf(jwk: JsonWebKey): KeyObject | null {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
