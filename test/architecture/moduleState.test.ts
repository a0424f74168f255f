import { describe, expect, test } from '@jest/globals';

import { readSources } from './project.ts';
import { moduleState } from './rules/moduleState.ts';

describe('module state', () => {
  test('nothing in src is kept in a module', () => {
    expect(moduleState(readSources())).toEqual([]);
  });

  test.each([
    'let current = 0;',
    'export let current = 0;',
    'var current = 0;',
    'const current = new Map<string, number>();',
    'export const current: Set<string> = new Set();',
    'const current = new WeakMap();',
  ])('%s is found', (text) => {
    expect(moduleState([{ path: 'src/limits/counters.ts', text: `// Counters\n${text}` }])).toEqual([
      'src/limits/counters.ts:2 keeps state in the module (current): keep it in what a createX() returns, so that each gateway and each test has its own.',
    ]);
  });

  test('constants, and variables inside of functions, are allowed', () => {
    const text = [
      "const names = new Set(['a', 'b']);",
      'const none: ReadonlyMap<string, string> = new Map();',
      'export function count() { let total = 0; const seen = new Map(); return [total, seen, names, none]; }',
    ].join('\n');
    expect(moduleState([{ path: 'src/limits/counters.ts', text }])).toEqual([]);
  });

  test('tests may keep what they like', () => {
    expect(moduleState([{ path: 'test/limits/counters.test.ts', text: 'let current = 0;' }])).toEqual([]);
  });
});
