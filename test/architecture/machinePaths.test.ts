import { describe, expect, test } from '@jest/globals';

import { readCommitted } from './project.ts';
import { machinePaths } from './rules/machinePaths.ts';

// Put together here, so that this file does not name them either.
const folder = ['', 'root', 'sluice'].join('/');
const registry = ['registry', 'npmjs', 'org'].join('.');

describe('machine paths', () => {
  test('nothing that is committed names a folder of one machine or a package registry', () => {
    expect(machinePaths(readCommitted())).toEqual([]);
  });

  test('both are found, with their line', () => {
    const text = `import '../base/clock.ts';\n// see ${folder}\n"resolved": "https://${registry}/zod/-/zod-4.tgz"\n`;
    expect(machinePaths([{ path: 'src/cli/cli.ts', text }])).toEqual([
      `src/cli/cli.ts:2 "${folder}" names a folder of one machine; write it relative to the checkout, or take it from an argument.`,
      `src/cli/cli.ts:3 "${registry}" names a package registry; which one is used is the installer's choice (in package-lock.json: omit-lockfile-registry-resolved).`,
    ]);
  });

  test('a path below another, a URL and our own registry are no such thing', () => {
    const text = `src${folder}, https://example.com${folder}, .${folder}, registry.publish(), \u0024{base}${folder}`;
    expect(machinePaths([{ path: 'docs/architecture.md', text }])).toEqual([]);
  });
});
