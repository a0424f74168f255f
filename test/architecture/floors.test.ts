import { describe, expect, test } from '@jest/globals';

import { readSources } from './project.ts';
import { floors } from './rules/floors.ts';

describe('floors', () => {
  test('imports in src only go down', () => {
    expect(floors(readSources())).toEqual([]);
  });

  test.each([
    ['a static import', "import { admin } from '../admin/admin.ts';"],
    ['a type import', "import type { Admin } from '../admin/admin.ts';"],
    ['an export from', "export { admin } from '../admin/admin.ts';"],
    ['an export of everything', "export * from '../admin/admin.ts';"],
    ['a dynamic import', "export const open = () => import('../admin/admin.ts');"],
    ['a dynamic import with a template', 'export const open = () => import(`../admin/admin.ts`);'],
    ['the type of an import', "export type Admin = import('../admin/admin.ts').Admin;"],
    ['a module named by its URL', "export const url = new URL('../admin/admin.ts', import.meta.url);"],
  ])('%s that goes up is found', (_kind, text) => {
    expect(floors([{ path: 'src/request/pipeline.ts', text: `\n${text}\n` }])).toEqual([
      'src/request/pipeline.ts:2 imports src/admin/admin.ts: request/ is on floor 6, admin/ on floor 7, and imports only go down. ' +
        'Declare what is needed as an interface here or as a noun in model/, and let gateway.ts hand it over.',
    ]);
  });

  test.each([
    ['limits', 'registry'],
    ['server', 'admin'],
    ['base', 'model'],
    ['config', 'cli'],
    ['storage', 'cache'],
  ])('%s must not import %s', (from, to) => {
    const file = { path: `src/${from}/${from}.ts`, text: `import '../${to}/${to}.ts';` };
    expect(floors([file])).toEqual([expect.stringContaining(`${from}/ is on floor`)]);
  });

  test('a folder or file nobody has placed is told once', () => {
    const door = { path: 'src/portal/portal.ts', text: "import '../model/session.ts';" };
    const page = { path: 'src/portal/page.ts', text: '' };
    const start = { path: 'src/start.ts', text: "import './gateway.ts';" };
    expect(floors([door, page, start])).toEqual([
      'src/portal/ stands on no floor. Put its files into a folder that exists, or give it a floor in test/architecture/rules/floors.ts and docs/architecture.md.',
      'src/start.ts stands on no floor. Put its files into a folder that exists, or give it a floor in test/architecture/rules/floors.ts and docs/architecture.md.',
    ]);
  });

  test('src needs nothing outside of src, and the example subgraphs nothing in it', () => {
    expect(floors([{ path: 'src/cli/cli.ts', text: "import '../../test/support/fakeClock.ts';" }])).toEqual([
      'src/cli/cli.ts:1 imports test/support/fakeClock.ts, which is outside of src/: what src/ needs stands in src/.',
    ]);
    expect(
      floors([{ path: 'subgraphs/trips/server.ts', text: "import '../../src/base/clock.ts';" }]),
    ).toEqual([
      "subgraphs/trips/server.ts:1 imports src/base/clock.ts: a subgraph stands for somebody else's server and knows nothing of src/.",
    ]);
  });

  test('the console knows nothing of src', () => {
    expect(
      floors([{ path: 'console/src/app.tsx', text: "import type { Role } from '../../src/admin/role.ts';" }]),
    ).toEqual([
      'console/src/app.tsx:1 imports src/admin/role.ts: the console runs in a browser and knows only what the admin API answers.',
    ]);
  });

  test('what goes down, stays in the folder or stands at the top is allowed', () => {
    const text =
      "import '../gateway.ts'; import '../request/request.ts'; import '../base/clock.ts'; import './serve.ts'; import 'zod';";
    expect(floors([{ path: 'src/cli/cli.ts', text }])).toEqual([]);
  });
});
