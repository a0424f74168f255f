import { describe, expect, test } from '@jest/globals';

import { errorCatalogue } from '../../src/base/errors.ts';
import { readText } from './project.ts';
import { errorReference, errorRowsOf } from './rules/errorReference.ts';

const catalogue = Object.entries(errorCatalogue).map(([code, { status, retry, meaning }]) => ({
  code,
  status,
  retry,
  meaning,
}));

describe('error reference', () => {
  test('docs/reference/errors.md says what src/base/errors.ts says, code by code', () => {
    const rows = errorRowsOf(readText('docs/reference/errors.md') ?? '');
    expect(errorReference(catalogue, rows)).toEqual([]);
  });

  const notFound = {
    code: 'NOT_FOUND',
    status: 404,
    retry: false,
    meaning: 'Nothing is served at this path.',
  };
  const row = '| `NOT_FOUND` | 404 | no | Nothing is served at this path. |';

  test('a page that says the same passes', () => {
    expect(errorReference([notFound], errorRowsOf(`# Errors\n\n${row}\n`))).toEqual([]);
  });

  test.each([
    ['a missing code', '', `docs/reference/errors.md lacks NOT_FOUND. Add: ${row}`],
    ['a code twice', `${row}\n${row}`, `docs/reference/errors.md has 2 rows for NOT_FOUND. Keep one: ${row}`],
    [
      'an unknown code',
      `${row}\n| \`LOST\` | 404 | no | Gone. |`,
      'docs/reference/errors.md has LOST, which src/base/errors.ts does not know: delete the row, or add the code there.',
    ],
    [
      'another status, retry and meaning',
      '| `NOT_FOUND` | 410 | yes | Gone. |',
      `docs/reference/errors.md and src/base/errors.ts differ in the status, retry, meaning of NOT_FOUND. By the catalogue: ${row}`,
    ],
  ])('%s is found', (_what, markdown, message) => {
    expect(errorReference([notFound], errorRowsOf(markdown))).toEqual([message]);
  });
});
