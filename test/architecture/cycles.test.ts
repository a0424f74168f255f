import { describe, expect, test } from '@jest/globals';

import { readSources } from './project.ts';
import { cycles } from './rules/cycles.ts';

describe('cycles', () => {
  test('no file imports itself by way of others', () => {
    expect(cycles(readSources())).toEqual([]);
  });

  test('a circle of value and type imports is found once', () => {
    const files = [
      { path: 'src/limits/limits.ts', text: "import './cost.ts';" },
      { path: 'src/limits/cost.ts', text: "export type { Price } from './price.ts';" },
      { path: 'src/limits/price.ts', text: "import type { Cost } from './cost.ts';" },
    ];
    expect(cycles(files)).toEqual([
      'Import cycle: src/limits/cost.ts → src/limits/price.ts → src/limits/cost.ts. Move what they share to a file of its own that imports neither.',
    ]);
  });

  test('a file that imports itself is found', () => {
    expect(cycles([{ path: 'src/base/clock.ts', text: "import './clock.ts';" }])).toHaveLength(1);
  });

  test('two ways to the same file are no circle', () => {
    const files = [
      { path: 'src/limits/limits.ts', text: "import './cost.ts'; import './price.ts';" },
      { path: 'src/limits/cost.ts', text: "import './price.ts';" },
      { path: 'src/limits/price.ts', text: '' },
    ];
    expect(cycles(files)).toEqual([]);
  });
});
