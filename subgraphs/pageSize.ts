import { badInput } from './badInput.ts';

/** A list is answered whole from memory, so this bounds what one field of one entity may cost. */
const maxPageSize = 1000;

/** How many items a list field returns: `first` when it was given, else `fallback`. Throws BAD_USER_INPUT outside 1 to 1000. */
export function pageSize(first: number | null | undefined, fallback: number): number {
  const size = first ?? fallback;
  if (size < 1 || size > maxPageSize) throw badInput(`first is ${size}; it may be 1 to ${maxPageSize}.`);
  return size;
}
