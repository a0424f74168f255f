/** How a token may be signed (RFC 7518, RFC 8037, RFC 9864): by key pairs only, since who knows a shared secret could sign as well as verify. */
export const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

export type Algorithm = (typeof algorithms)[number];

export function isAlgorithm(value: unknown): value is Algorithm {
  return (algorithms as readonly unknown[]).includes(value);
}

const byKind: ReadonlyMap<string, readonly Algorithm[]> = new Map<string, readonly Algorithm[]>([
  ['RSA', ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
  ['EC P-256', ['ES256']],
  ['EC P-384', ['ES384']],
  ['EC P-521', ['ES512']],
  ['OKP Ed25519', ['EdDSA', 'Ed25519']],
]);

/** What a key of this type and curve can sign; a key is never used in another way, whatever a token asks for. */
export function algorithmsOf({
  kty,
  crv,
}: {
  readonly kty?: unknown;
  readonly crv?: unknown;
}): readonly Algorithm[] {
  return byKind.get(kty === 'RSA' ? 'RSA' : `${kty} ${crv}`) ?? [];
}
