/** What the catalogue and the page say about one code. */
export interface ErrorRow {
  readonly code: string;
  readonly status: number;
  readonly retry: boolean;
  readonly meaning: string;
}

const page = 'docs/reference/errors.md';

/** The rows of the page's tables: code, status, retry, meaning. */
export function errorRowsOf(markdown: string): readonly ErrorRow[] {
  return markdown.split('\n').flatMap((line) => {
    const row = /^\| `([A-Z_]+)` \| (\d{3}) \| (yes|no) \| (.+?) +\|$/.exec(line);
    if (!row) return [];
    const [, code = '', status = '', retry = '', meaning = ''] = row;
    return [{ code, status: Number(status), retry: retry === 'yes', meaning }];
  });
}

/** The page has each code of the catalogue once, saying the same, and no other. */
export function errorReference(catalogue: readonly ErrorRow[], rows: readonly ErrorRow[]): readonly string[] {
  const known = new Set(catalogue.map(({ code }) => code));
  const unknown = rows
    .filter(({ code }) => !known.has(code))
    .map(
      ({ code }) =>
        `${page} has ${code}, which src/base/errors.ts does not know: delete the row, or add the code there.`,
    );
  return [...catalogue.flatMap((entry) => rowFaults(entry, rows)), ...unknown];
}

function rowFaults(entry: ErrorRow, rows: readonly ErrorRow[]): readonly string[] {
  const own = rows.filter(({ code }) => code === entry.code);
  const expected = `| \`${entry.code}\` | ${entry.status} | ${entry.retry ? 'yes' : 'no'} | ${entry.meaning} |`;
  if (own.length === 0) return [`${page} lacks ${entry.code}. Add: ${expected}`];
  if (own.length > 1) return [`${page} has ${own.length} rows for ${entry.code}. Keep one: ${expected}`];
  const fields = ['status', 'retry', 'meaning'] as const;
  const differing = fields.filter((field) => own[0]?.[field] !== entry[field]);
  if (differing.length === 0) return [];
  return [
    `${page} and src/base/errors.ts differ in the ${differing.join(', ')} of ${entry.code}. By the catalogue: ${expected}`,
  ];
}
