import { describe, expect, test } from '@jest/globals';

import { readSources, readText } from './project.ts';
import { avoidedWords, vocabulary } from './rules/vocabulary.ts';

describe('vocabulary', () => {
  test('file names and exported names of src use our words', () => {
    expect(vocabulary(readSources())).toEqual([]);
  });

  test('each word that is looked for is one that docs/vocabulary.md avoids', () => {
    const rows = (readText('docs/vocabulary.md') ?? '').split('\n').filter((line) => line.startsWith('|'));
    const avoided = rows.flatMap((row) => (row.split('|')[3] ?? '').split(',').map((word) => word.trim()));
    expect(avoided).toEqual(expect.arrayContaining([...avoidedWords.anywhere, ...avoidedWords.alone]));
  });

  test.each([
    ['src/registry/unifiedGraph.ts', '', 'unifiedGraph', 'unified graph'],
    ['src/planning/plan.ts', 'export interface FetchGroups {}', 'FetchGroups', 'fetch group'],
    ['src/upstream/pool.ts', 'export const replicaPool = 1;', 'replicaPool', 'replica'],
    ['src/model/host.ts', '', 'host', 'host'],
    ['src/model/caller.ts', 'export type User = string;', 'User', 'user'],
    ['src/limits/limits.ts', 'export function createTenantLimits() {}', 'createTenantLimits', 'tenant'],
    ['src/registry/list.ts', 'export function createServices() {}', 'createServices', 'service'],
  ])('in %s the word of %j is found', (path, text, name, word) => {
    expect(vocabulary([{ path, text }])).toEqual([
      `${path}: "${name}" uses the avoided word "${word}"; docs/vocabulary.md has the word to use.`,
    ]);
  });

  test('a word that is right as a part of a name is left alone', () => {
    const text = 'export const isSameHost = 1; export const userAgent = 1; export const NODE_ENV = 1;';
    expect(vocabulary([{ path: 'src/server/graphqlEndpoint.ts', text }])).toEqual([]);
  });
});
