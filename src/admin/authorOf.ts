import { SluiceError } from '../base/errors.ts';
import type { AdminCaller } from './adminCaller.ts';

/**
 * Who changes something. A token says who somebody is; without tokens we take the caller's word, as anyone on this machine may change
 * everything anyway.
 */
export function authorOf(author: string | null | undefined, { holder }: Pick<AdminCaller, 'holder'>): string {
  return holder?.name ?? stated(author) ?? 'admin';
}

function stated(author: string | null | undefined): string | null {
  if (author === null || author === undefined || author === '') return null;
  if (author.length > 200 || /\p{Cc}/u.test(author))
    throw new SluiceError(
      'BAD_USER_INPUT',
      'author may have up to 200 characters, and no control characters.',
    );
  return author;
}
