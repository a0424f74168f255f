import { describe, expect, test } from '@jest/globals';
import { compileGlob } from '../../src/base/compileGlob.ts';

describe('a glob', () => {
  test.each([
    ['abc', 'abc', true],
    ['abc', 'abcd', false],
    ['', '', true],
    ['*', '', true],
    ['*', 'anything', true],
    ['*b', 'ab', true],
    ['a*', 'ab', true],
    ['a*', 'ba', false],
    ['*b*', 'abc', true],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a*a', 'a', false],
    ['ab*ba', 'aba', false],
    ['**', 'x', true],
    ['a.c', 'abc', false],
    ['(a+)+$', 'aaaa', false],
    ['*aab', 'aaab', true],
  ])('%s and "%s": %s', (pattern, text, matches) => {
    expect(compileGlob(pattern)(text)).toBe(matches);
  });
});
