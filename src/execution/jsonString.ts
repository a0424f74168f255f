// What JSON.stringify would escape: quotes, backslashes, control characters, and surrogates, which may be alone.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Longer strings are left to JSON.stringify, which is native; for short ones the call costs more than the look. */
const shortLength = 64;

/** A string as JSON text. */
export function jsonString(value: string): string {
  if (value.length > shortLength || needsEscape.test(value)) return JSON.stringify(value);
  return `"${value}"`;
}
