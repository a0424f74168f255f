import { describe, expect, test } from '@jest/globals';

import { readSources } from './project.ts';
import { type FileNameExceptions, fileNames } from './rules/fileNames.ts';

/** Path: why it is named otherwise. */
const exceptions: FileNameExceptions = {
  'src/base/errors.ts': 'the catalogue and the one error class that carries its codes belong together',
  'src/base/quantity.ts': 'durations and sizes are written and read alike',
  'src/execution/reference.ts':
    'docs/architecture.md knows the engine by this name; its siblings will be named alike',
  'src/base/forbiddenAddress.ts': 'two questions about one list: of an address, and of a URL',
};

describe('file names', () => {
  test('each file of src is named after its main export', () => {
    expect(fileNames(readSources(), exceptions)).toEqual([]);
  });

  test('a file named otherwise is found', () => {
    const text = 'export function countTokens() {}\nexport interface Tokens {}\n';
    expect(fileNames([{ path: 'src/request/tokenLimit.ts', text }], {})).toEqual([
      'src/request/tokenLimit.ts exports countTokens, Tokens, but nothing named tokenLimit: name the file after its main export, and move what is not about it.',
    ]);
  });

  test('passing a name on, or differing in its case, is not enough', () => {
    const passedOn = {
      path: 'src/request/documents.ts',
      text: "export { createDocuments } from './pipeline.ts';",
    };
    const otherCase = { path: 'src/request/etag.ts', text: 'export const eTag = 1;' };
    expect(fileNames([passedOn, otherCase], {})).toEqual([
      expect.stringContaining('exports nothing'),
      expect.stringContaining('exports eTag'),
    ]);
  });

  test.each([
    'export class SingleFlight {}',
    'export interface SingleFlight {}',
    'export type SingleFlight = string;',
    'export const singleFlight = 1;',
    'export function singleFlight() {}',
    'export function createSingleFlight() {}',
    'class SingleFlight {}\nexport { SingleFlight };',
  ])('%s fits singleFlight.ts', (text) => {
    expect(fileNames([{ path: 'src/base/singleFlight.ts', text }], {})).toEqual([]);
  });

  test.each(['createStorage', 'openStorage', 'storageOptions'])(
    '%s is enough for the door of storage',
    (name) => {
      const text = `export const ${name} = 1;`;
      expect(fileNames([{ path: 'src/storage/storage.ts', text }], {})).toEqual([]);
    },
  );

  test.each([
    ['src/storage/storage.ts', 'openFile'],
    ['src/base/storage.ts', 'openStorage'],
    ['src/base/storage.ts', 'storageOptions'],
  ])('%s is not named after %s', (path, name) => {
    expect(fileNames([{ path, text: `export const ${name} = 1;` }], {})).toHaveLength(1);
  });

  test('GraphQL in a name is graphql in that of a file', () => {
    const text = 'export interface GraphQLEndpoint {}';
    expect(fileNames([{ path: 'src/server/graphqlEndpoint.ts', text }], {})).toEqual([]);
  });

  test('what only starts something exports nothing', () => {
    const starters = ['src/main.ts', 'src/registry/composeWorker.ts'].map((path) => ({
      path,
      text: 'start();',
    }));
    expect(fileNames(starters, {})).toEqual([]);
  });

  test('an exception that is needed no more is told', () => {
    expect(fileNames([], { 'src/base/gone.ts': 'once' })).toEqual([
      'src/base/gone.ts is gone or well named: take it off the exceptions in test/architecture/fileNames.test.ts.',
    ]);
  });
});
