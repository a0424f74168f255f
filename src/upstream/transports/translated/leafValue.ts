import type { TranslatedType } from '../../../model/translation.ts';

const tooWide =
  'a whole number beyond 2^53 as a JSON number, which nobody can read without loss: send it as a string';

/** What a value of the service, which is neither null nor a list, is in the result; `misfit` is told what cannot be taken. */
export function leafValue(
  name: string,
  type: TranslatedType | undefined,
  value: unknown,
  misfit: (what: string) => null,
): unknown {
  if (type?.kind === 'enum') return enumValue(type, value);
  if (name === 'ID') return typeof value === 'number' ? String(value) : value;
  if (name === 'Int64' || name === 'UInt64') {
    if (typeof value !== 'number') return value;
    return Number.isSafeInteger(value) ? String(value) : misfit(tooWide);
  }
  // It is handed on as it is, and whoever merges results may write to it.
  return typeof value === 'object' ? structuredClone(value) : value;
}

export function enumValue(
  { fromWire }: Extract<TranslatedType, { readonly kind: 'enum' }>,
  value: unknown,
): string | null {
  const text = String(value);
  // The first value of an enum in a .proto file says that there is none.
  return fromWire.get(text) ?? (/(?:^|_)UNSPECIFIED$/.test(text) ? null : text);
}
