import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldName } from '../../subgraphs/foldName.ts';
import { createNameIndex } from '../../subgraphs/nameIndex.ts';

describe('foldName', () => {
  test.each([
    ['Zürich', 'zurich'],
    ['Saint-Étienne', 'saint etienne'],
    ['Łódź', 'lodz'],
    ['Århus', 'arhus'],
    ['Straßkirchen', 'strasskirchen'],
    ["L'Aquila", 'laquila'],
    ['Zürich (Kreis 11) / Oerlikon', 'zurich kreis 11 oerlikon'],
    ['  New   York ', 'new york'],
    ['Москва', 'москва'],
    ['!?', ''],
  ])('makes %j into %j', (name, folded) => {
    expect(foldName(name)).toBe(folded);
  });

  test('leaves a folded name as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => foldName(foldName(name)) === foldName(name)),
    );
  });
});

describe('createNameIndex', () => {
  const names = ['São Paulo', 'Zürich', 'New York City', 'Baden-Baden', 'Bad Zurzach', 'Baden'];
  const index = createNameIndex(names);
  const found = (text: string, first = 10) => index.find(text, first).map((position) => names[position]);

  test('finds names and words of names by how they begin, the best ranked first', () => {
    expect(found('zur')).toEqual(['Zürich', 'Bad Zurzach']);
    expect(found('PAULO')).toEqual(['São Paulo']);
    expect(found('york c')).toEqual(['New York City']);
  });

  test('gives a name once, even if several of its words match', () => {
    expect(found('baden')).toEqual(['Baden-Baden', 'Baden']);
  });

  test('gives no more than was asked for', () => {
    expect(found('b', 2)).toEqual(['Baden-Baden', 'Bad Zurzach']);
  });

  test('finds nothing for a text without letters, or in the middle of a word, or without names', () => {
    expect(found('-')).toEqual([]);
    expect(found('rich')).toEqual([]);
    expect(createNameIndex([]).find('a', 5)).toEqual([]);
  });

  test('finds what a scan finds', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', ' ', '-'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 60 }),
        word,
        fc.integer({ min: 1, max: 8 }),
        (many, text, first) => {
          const prefix = foldName(text);
          const scanned = [...many.keys()].filter(
            (position) => prefix !== '' && ` ${foldName(many[position] ?? '')}`.includes(` ${prefix}`),
          );
          expect(createNameIndex(many).find(text, first)).toEqual(scanned.slice(0, first));
        },
      ),
    );
  });

  test('does not read through all that matches', () => {
    const many = Array.from({ length: 100_000 }, (_, position) => `a${position}`);
    const big = createNameIndex(many);
    const millisecondsOf = (run: () => unknown) => {
      const startedAt = performance.now();
      for (let time = 0; time < 50; time++) run();
      return performance.now() - startedAt;
    };
    const scanning = millisecondsOf(() => many.filter((name) => name.startsWith('a')).slice(0, 10));
    expect(big.find('a', 3)).toEqual([0, 1, 2]);
    expect(millisecondsOf(() => big.find('a', 10))).toBeLessThan(scanning / 2);
  });
});
