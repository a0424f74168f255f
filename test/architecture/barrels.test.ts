import { describe, expect, test } from '@jest/globals';

import { readSources } from './project.ts';
import { barrels } from './rules/barrels.ts';

describe('barrels', () => {
  test('no file stands for others, no name could hold anything', () => {
    expect(barrels(readSources())).toEqual([]);
  });

  test('an index.ts is found', () => {
    expect(barrels([{ path: 'src/limits/index.ts', text: 'export const limit = 1;' }])).toEqual([
      "src/limits/index.ts: there is no index.ts here; others import the file that defines the name, or the folder's door.",
    ]);
  });

  test.each([
    'src/shared/clock.ts',
    'src/limits/utils.ts',
    'src/core/core.ts',
    'test/Helpers/clock.ts',
    'subgraphs/types.ts',
  ])('the empty name in %s is found', (path) => {
    const faults = barrels([{ path, text: '' }]);
    expect(faults[0]).toMatch(
      /^\S+: "\w+" says nothing about what is inside; name it after what it holds\.$/,
    );
  });

  test.each(["export * from './cost.ts';", "export * as cost from './cost.ts';"])('%s is found', (text) => {
    expect(barrels([{ path: 'src/limits/limits.ts', text: `const price = 1;\n${text}` }])).toEqual([
      'src/limits/limits.ts:2 exports everything of another file; export each name where it is defined.',
    ]);
  });

  test.each([
    "export { cost } from './cost.ts';\nexport type { Price } from './price.ts';",
    "import { cost } from './cost.ts';\nexport { cost as price };",
  ])('a file that only passes on is found (%#)', (text) => {
    expect(barrels([{ path: 'src/limits/limits.ts', text }])).toEqual([
      'src/limits/limits.ts only passes on what other files define: delete it and import those files.',
    ]);
  });

  test('a door that passes on a name beside its own is allowed', () => {
    const text = "export { limitsOptions } from './limitsOptions.ts';\nexport function createLimits() {}\n";
    const onlyImports = "import './gateway.ts';\n";
    expect(
      barrels([
        { path: 'src/limits/limits.ts', text },
        { path: 'src/main.ts', text: onlyImports },
      ]),
    ).toEqual([]);
  });
});
