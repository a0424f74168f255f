/** Letters that Unicode does not take apart into a base letter and a mark, and how people type them. */
const plainLetters: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['ħ', 'h'],
  ['ı', 'i'],
  ['ə', 'e'],
  ['þ', 'th'],
]);

/**
 * A name as it is compared in searches: lower case, without diacritics, words apart by one space.
 * `foldName('Saint-Étienne')` and `foldName('saint etienne')` are the same.
 */
export function foldName(name: string): string {
  // Four names of five need nothing more, and all of the cities are folded at start.
  if (/^[a-z]+( [a-z]+)*$/i.test(name)) return name.toLowerCase();
  return name
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðħıəþ]/g, (letter) => plainLetters.get(letter) ?? letter)
    .replace(/['’‘]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
