import type { Clock } from '../base/clock.ts';
import type { Algorithm } from './algorithms.ts';
import type { VerificationKey } from './keyRing.ts';
import type { KeySet } from './keySet.ts';
import type { SignedToken } from './readToken.ts';
import { type ClaimRules, sessionOf } from './sessionOf.ts';
import { unauthenticated } from './unauthenticated.ts';
import type { Verified } from './verified.ts';
import { type Signed, verifySignature } from './verifySignature.ts';

interface VerifierParts {
  readonly rules: ClaimRules;
  readonly algorithms: readonly Algorithm[];
  readonly keys: Pick<KeySet, 'find' | 'findNew'>;
  readonly clock: Clock;
}

/** Judges signed tokens of one provider; at once where its key is known, so that most requests wait for nothing. */
export function createVerifier({ rules, algorithms, keys, clock }: VerifierParts) {
  function judge(signed: Signed | null): Verified {
    if (signed === null) throw unauthenticated('signature', 'it does not verify');
    const judged = sessionOf(signed.claims, { rules, nowMs: clock.wallMs(), mustExpire: true });
    return { ...judged, key: signed.key };
  }

  function verifyWith(token: SignedToken, found: readonly VerificationKey[]): Verified | Promise<Verified> {
    if (found.length === 0)
      throw unauthenticated('signature', 'no key of its issuer has its kid and algorithm');
    const signed = verifySignature(token, found);
    return signed instanceof Promise ? signed.then(judge) : judge(signed);
  }

  return (token: SignedToken): Verified | Promise<Verified> => {
    if (!algorithms.includes(token.alg)) throw unauthenticated('signedOtherwise', 'its algorithm');
    const found = keys.find(token);
    if (found.length > 0) return verifyWith(token, found);
    return keys.findNew(token).then((fresh) => verifyWith(token, fresh));
  };
}
