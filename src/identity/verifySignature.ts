import jsonwebtoken from 'jsonwebtoken';
import type { VerificationKey } from './keyRing.ts';
import type { SignedToken } from './readToken.ts';

type Claims = Readonly<Record<string, unknown>>;

/**
 * The claims of a token if one of the keys signed it, else null. At once, but for EdDSA: jsonwebtoken does not know it, and jose,
 * which does, answers with a promise.
 */
export function verifySignature(
  token: SignedToken,
  keys: readonly VerificationKey[],
): Signed | null | Promise<Signed | null> {
  if (token.alg === 'EdDSA' || token.alg === 'Ed25519') return verifyEdDsa(token, keys);
  for (const key of keys) {
    const claims = verifyWith(key, token);
    if (claims) return { claims, key };
  }
  return null;
}

export interface Signed {
  readonly claims: Claims;
  readonly key: VerificationKey;
}

function verifyWith({ key }: VerificationKey, { text, alg }: SignedToken): Claims | null {
  try {
    const claims = jsonwebtoken.verify(text, key, {
      algorithms: [alg as jsonwebtoken.Algorithm],
      // Claims are judged in one place for all kinds of tokens: checkClaims.ts.
      ignoreExpiration: true,
      ignoreNotBefore: true,
    });
    return typeof claims === 'object' ? claims : null;
  } catch {
    return null; // Whatever it is that does not fit, the token is not this key's.
  }
}

async function verifyEdDsa(
  { text, alg }: SignedToken,
  keys: readonly VerificationKey[],
): Promise<Signed | null> {
  const { compactVerify } = await import('jose'); // 50 modules, for those who have such keys.
  for (const key of keys) {
    try {
      const { payload } = await compactVerify(text, key.key, { algorithms: [alg] });
      return { claims: JSON.parse(Buffer.from(payload).toString('utf8')), key };
    } catch {
      // Not this key's.
    }
  }
  return null;
}
