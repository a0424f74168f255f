/** What stands in the place of a secret. */
export const redacted = '[secret]';

/** Shapes that only secrets have; the group before a secret stays. */
const secretShapes: readonly RegExp[] = [
  // What a header carries: Bearer abc, Basic abc.
  /\b((?:bearer|basic|dpop)\s+)[\w.~+/=-]{6,}/gi,
  /\b((?:authorization|cookie|x-api-key)["']?\s*[:=]\s*["']?)(?!(?:bearer|basic|dpop)\s|\[secret\])[^\s"',]{3,}[^"'\n,]*/gi,
  // A parameter, or a member of JSON.
  /\b((?:access_token|refresh_token|id_token|token|api[_-]?key|password|passwd|secret|client_secret)(?:=|["']\s*:\s*["']))(?!\[secret\])[^\s"'&,;]{3,}/gi,
  // Credentials in a URL.
  /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+:[^\s/@]*(?=@)/gi,
  // A signed token, and an API key of ours.
  /()\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g,
  /()\bsluice_[0-9A-Za-z]{20,}/g,
];

/** A text without what has the shape of a secret: tokens, keys, cookies, passwords, credentials of URLs. */
export function withoutSecrets(text: string): string {
  return secretShapes.reduce((rest, shape) => rest.replace(shape, `$1${redacted}`), text);
}
