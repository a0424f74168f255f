import { otherName } from '../../base/boundedNames.ts';
import { isErrorCode } from '../../base/errors.ts';
import { printable } from '../printable.ts';
import { createCountByName } from './countByName.ts';

/** Codes that are none of ours and have a count of their own: plugins and subgraphs choose them. */
const maxOwnCodes = 50;
const maxCodeLength = 64;

/** Codes of the catalogue, and the first few of others. */
export function createCountByCode() {
  const counts = new Map<string, number>();
  const own = createCountByName({ max: maxOwnCodes });
  return {
    add(code: string): void {
      if (isErrorCode(code)) counts.set(code, (counts.get(code) ?? 0) + 1);
      else own.add(code === '' ? otherName : printable(code, maxCodeLength), 1);
    },
    *all() {
      for (const [code, count] of counts) yield [[code], count] as const;
      yield* own;
    },
  };
}
