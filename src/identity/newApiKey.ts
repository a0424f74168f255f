import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * `sluice_`, an id of 12 characters, a secret of 32 (190 bits) and a checksum of 6: scanners for secrets find it by its form and, by
 * the checksum, without false alarms; a mistyped key is told from a wrong one without a look at the store.
 */
const form = /^sluice_([0-9A-Za-z]{12})[0-9A-Za-z]{32}([0-9A-Za-z]{6})$/;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 12;
const secretLength = 32;
const checksumLength = 6;

export const apiKeyPrefix = 'sluice_';

export function newApiKey(): { readonly key: string; readonly id: string } {
  const id = randomText(idLength);
  const body = `${apiKeyPrefix}${id}${randomText(secretLength)}`;
  return { key: body + checksumOf(body), id };
}

/** The id in a key; null for what is none. */
export function apiKeyId(text: string): string | null {
  const [, id, checksum] = form.exec(text) ?? [];
  if (id === undefined || checksumOf(text.slice(0, -checksumLength)) !== checksum) return null;
  return id;
}

/** Bytes that would make some characters likelier than others are thrown away. */
function randomText(length: number): string {
  const fair = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < fair && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** CRC-32 in base 62. */
function checksumOf(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let place = 0; place < checksumLength; place += 1) {
    text = alphabet.charAt(rest % alphabet.length) + text;
    rest = Math.floor(rest / alphabet.length);
  }
  return text;
}
