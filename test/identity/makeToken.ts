import { constants, createHmac, createPrivateKey, type JsonWebKey, sign } from 'node:crypto';

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** How the bytes of a token are signed by each algorithm, whatever its header says. */
export function signatureOf(input: string, alg: string, key: JsonWebKey | string): string {
  if (typeof key === 'string')
    return createHmac(`sha${alg.slice(2)}`, key)
      .update(input)
      .digest('base64url');
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  const bits = alg.slice(2);
  switch (alg.slice(0, 2)) {
    case 'Ed':
      return sign(null, Buffer.from(input), privateKey).toString('base64url');
    case 'ES':
      return sign(`sha${bits}`, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString(
        'base64url',
      );
    case 'PS':
      return sign(`sha${bits}`, Buffer.from(input), {
        key: privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }).toString('base64url');
    default:
      return sign(`sha${bits}`, Buffer.from(input), privateKey).toString('base64url');
  }
}

/** A token of any header and claims, signed with `key` by `signedAs`, or by what its header says. */
export function makeToken(
  header: Record<string, unknown>,
  claims: Record<string, unknown> | string,
  key: JsonWebKey | string,
  signedAs = String(header.alg),
): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${signatureOf(input, signedAs, key)}`;
}
