import { printable } from '../observability/observability.ts';

const maxLength = 128;
const isPlain = /^[\x20-\x7e]{1,128}$/;

/** A name from outside as it is kept and shown: short, on one line, and without the text it may have been cut from. */
export function shownName(name: string | null): string {
  if (name === null || isPlain.test(name)) return name ?? '';
  return Buffer.from(printable(name, maxLength)).toString();
}
