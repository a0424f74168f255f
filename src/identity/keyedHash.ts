import { createHmac } from 'node:crypto';

/** HMAC-SHA-256 with a secret that is not in the store: whoever reads the store can neither use its hashes nor try keys on them. */
export interface KeyedHash {
  /** Tells secrets apart, and nothing of them. */
  readonly secretName: string;
  /** Hex. */
  hashOf(text: string): string;
}

export function createKeyedHash(secret: string): KeyedHash {
  const hashOf = (text: string): string => createHmac('sha256', secret).update(text).digest('hex');
  return { secretName: hashOf('The name of this secret').slice(0, 16), hashOf };
}
