import type { HeaderFields } from './speech.ts';

/**
 * Header fields of several responses as those of one: what may be kept only as long as the shortest-lived of them, and of the rest what is
 * the same in all.
 */
export function commonHeaders(answers: readonly HeaderFields[]): HeaderFields {
  const [first, ...others] = answers;
  if (!first || others.length === 0) return first ?? {};
  const common: Record<string, string | string[] | undefined> = {};
  for (const [name, value] of Object.entries(first)) {
    if (others.every((other) => String(other[name]) === String(value))) common[name] = value;
  }
  const ages = answers.map((headers) => headers['cache-control']);
  if (ages.every((value) => value !== undefined)) common['cache-control'] = strictest(ages.map(String));
  else delete common['cache-control'];
  const passed = answers.map(({ age }) => Number(age ?? 0)).filter(Number.isFinite);
  if (answers.some(({ age }) => age !== undefined)) common.age = String(Math.max(0, ...passed));
  const vary = answers.flatMap((headers) => headers.vary ?? []);
  if (vary.length > 0) common.vary = [...new Set(vary.flatMap((names) => names.split(/\s*,\s*/)))].join(', ');
  return common;
}

function strictest(values: readonly string[]): string {
  const all = values.map((value) => value.toLowerCase());
  const has = (name: string): boolean =>
    all.some((value) => new RegExp(`(?:^|[\\s,])${name}(?:$|[\\s,=])`).test(value));
  if (has('no-store')) return 'no-store';
  const seconds = all.map((value) =>
    Number(/(?:^|[\s,])s-maxage=(\d+)/.exec(value)?.[1] ?? /(?:^|[\s,])max-age=(\d+)/.exec(value)?.[1] ?? 0),
  );
  const scope = has('private') ? 'private' : all.every((value) => value.includes('public')) ? 'public' : null;
  return [
    ...(has('no-cache') ? ['no-cache'] : []),
    ...(scope ? [scope] : []),
    `max-age=${Math.min(...seconds)}`,
  ].join(', ');
}
