import { SluiceError } from '../base/errors.ts';

/** What a 401 says. Constants: nothing of what was sent is repeated. */
export const faults = {
  nothingShown: 'This graph wants a token or an API key: send Authorization: Bearer TOKEN, or x-api-key.',
  malformed: 'The token is not well formed.',
  encrypted: 'The token is encrypted; signed tokens are taken here.',
  foreignIssuer: 'The token is from no issuer that is trusted here.',
  signedOtherwise: 'The token is signed, or to be verified, in a way that is not taken here.',
  signature: 'The signature of the token is not by a key of its issuer.',
  expired: 'The token has expired.',
  notYet: 'The token is not valid yet.',
  audience: 'The token is meant for another audience.',
  claims: 'The token lacks a claim that is needed here, or has one of the wrong type.',
  inactive: 'The token is not valid, says its issuer.',
  apiKey: 'The API key is not valid.',
} as const;

export type Fault = keyof typeof faults;

const realm = 'Bearer realm="sluice"';

/** A 401 with its challenge (RFC 6750, section 3); `reason` is for the log, and holds nothing of what was sent either. */
export function unauthenticated(fault: Fault, reason?: string): SluiceError {
  const message = faults[fault];
  // To whom has shown nothing, nothing is wrong with a token.
  const challenge =
    fault === 'nothingShown' ? realm : `${realm}, error="invalid_token", error_description="${message}"`;
  return new SluiceError('UNAUTHENTICATED', message, {
    headers: { 'www-authenticate': challenge },
    ...(reason === undefined ? {} : { detail: reason }),
  });
}

/** Who could say whether the credential is good cannot be asked: it may be, so it is not a 401. */
export function unavailable(detail: { issuer: string; reason: string }, cause?: unknown): SluiceError {
  return new SluiceError(
    'AUTHORIZER_UNAVAILABLE',
    'The identity provider cannot be asked now: repeat the request in a moment.',
    { headers: { 'retry-after': '1' }, detail, ...(cause === undefined ? {} : { cause }) },
  );
}
