import type { HeaderBack } from '../model/headerBack.ts';

type Fields = Record<string, string | string[]>;

/** More of one header than this is dropped. */
const maxValues = 50;

/** Header fields that subgraphs send to the client of one request, merged by their rules. */
export class HeadersBack {
  readonly #values = new Map<string, string[]>();

  add({ name, values, merge }: HeaderBack): void {
    const present = this.#values.get(name);
    if (!present || merge === 'last') this.#values.set(name, values.slice(0, maxValues));
    else if (merge === 'append') present.push(...values.slice(0, Math.max(0, maxValues - present.length)));
    else if (merge === 'mostRestrictive')
      this.#values.set(name, [mostRestrictive(name, [...present, ...values])]);
  }

  /** What was had with errors must not be kept by anybody. */
  fields(hasErrors: boolean): Fields {
    const fields: Fields = {};
    for (const [name, values] of this.#values)
      fields[name] = name === 'set-cookie' ? values : values.join(', ');
    if (hasErrors && this.#values.has('cache-control')) fields['cache-control'] = 'no-store';
    return fields;
  }
}

function mostRestrictive(name: string, values: readonly string[]): string {
  if (name === 'cache-control') return mostRestrictiveCaching(values);
  const numbers = values.map(Number);
  return numbers.every(Number.isFinite) ? String(Math.min(...numbers)) : (values[0] ?? '');
}

/** What all of them allow (RFC 9111, section 5.2.2). */
function mostRestrictiveCaching(values: readonly string[]): string {
  const told = values.map((value) => directivesOf(value));
  const some = (name: string): boolean => told.some((directives) => directives.has(name));
  if (some('no-store')) return 'no-store';
  const kept = ['no-cache', 'must-revalidate', 'proxy-revalidate', 'no-transform', 'private'].filter(some);
  if (!some('private') && told.every((directives) => directives.has('public'))) kept.push('public');
  for (const name of ['max-age', 's-maxage']) {
    if (!some(name)) continue;
    const ages = told.map((directives) => Number(directives.get(name) ?? Number.POSITIVE_INFINITY));
    const least = Math.min(...ages);
    if (Number.isFinite(least)) kept.push(`${name}=${least}`);
  }
  // Who says no age leaves it open: then nothing may be taken to be fresh.
  const isOpen = told.some((directives) => !directives.has('max-age') && !directives.has('s-maxage'));
  if (isOpen && !kept.includes('no-cache')) kept.push('no-cache');
  return kept.join(', ');
}

function directivesOf(value: string): ReadonlyMap<string, string> {
  return new Map(
    value.split(',').map((directive) => {
      const [name = '', argument = ''] = directive.trim().split('=');
      return [name.toLowerCase(), argument.replaceAll('"', '')];
    }),
  );
}
