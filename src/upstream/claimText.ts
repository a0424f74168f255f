/** Larger ones would be refused by most servers, with all the rest of the call. */
const maxLength = 8_192;

/**
 * A claim as the value of a header: text, numbers and booleans as they are, lists of those joined by commas, anything else as JSON.
 * What is not printable ASCII is percent-encoded, and so are `%`, a space at an end, and a comma within a list: nothing that a claim
 * holds can end the header or make two claims look the same. Null for a claim that is missing or empty, or too long.
 */
export function claimText(claim: unknown): string | null {
  const text = Array.isArray(claim) && claim.every(isScalar) ? claim.map(itemText).join(',') : single(claim);
  return text === null || text === '' || text.length > maxLength ? null : text;
}

type Scalar = string | number | boolean;

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function single(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return encoded(isScalar(value) ? String(value) : JSON.stringify(value));
}

function itemText(item: Scalar): string {
  return encoded(String(item)).replaceAll(',', '%2C');
}

function encoded(text: string): string {
  return text.toWellFormed().replace(/[^\x20-\x7e]|%|^ | $/gu, encodeURIComponent);
}
