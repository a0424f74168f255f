import { InvalidArgumentError } from 'commander';

/** Reads an option or argument that counts something, from 1. */
export function wholeNumber(written: string): number {
  if (/^[1-9]\d{0,8}$/.test(written)) return Number(written);
  throw new InvalidArgumentError('It is a whole number from 1.');
}
