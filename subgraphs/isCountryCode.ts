import { countries } from 'countries-list';

/** Is this the ISO 3166-1 alpha-2 code of a country, in capitals? */
export function isCountryCode(code: unknown): code is string {
  return typeof code === 'string' && Object.hasOwn(countries, code);
}
