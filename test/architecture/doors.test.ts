import { describe, expect, test } from '@jest/globals';

import { readSources } from './project.ts';
import { doors } from './rules/doors.ts';

const story = '/** Registry: what is served. */\n';
const door = { path: 'src/registry/registry.ts', text: story };

describe('doors', () => {
  test('each folder is entered through its door', () => {
    expect(doors(readSources())).toEqual([]);
  });

  test('a folder without a door is found', () => {
    expect(doors([{ path: 'src/registry/history.ts', text: '' }])).toEqual([
      "src/registry/ has no door: write src/registry/registry.ts, which opens with the folder's story and exports what others need.",
    ]);
  });

  test('a door without a story is found', () => {
    const text =
      "import { z } from 'zod';\n/** Too late. */\nexport const registryOptions = z.strictObject({});\n";
    expect(doors([{ ...door, text }])).toEqual([
      'src/registry/registry.ts is a door and has to open with a doc comment, before its imports: what the folder does, what it does not, an example.',
    ]);
  });

  test.each(['src/gateway.ts', 'test/registry/history.test.ts'])(
    'an import past a door is found in %s',
    (path) => {
      const relative = path.startsWith('src/') ? './' : '../../src/';
      const file = { path, text: `import type { History } from '${relative}registry/history.ts';` };
      expect(doors([door, file])).toEqual([
        `${path}:1 imports src/registry/history.ts: another folder is entered only through its door, src/registry/registry.ts. Export there what others need.`,
      ]);
    },
  );

  test('a file in a folder below is no door', () => {
    const file = { path: 'src/gateway.ts', text: "import './registry/composition/registry.ts';" };
    expect(doors([door, file])).toHaveLength(1);
  });

  test('a test that starts from main.ts or from the tests of another folder is found', () => {
    const main = { path: 'test/server/listener.test.ts', text: "import '../../src/main.ts';" };
    const other = { path: 'test/server/listener.test.ts', text: "import '../registry/publishOnce.ts';" };
    expect(doors([main, other])).toEqual([
      'test/server/listener.test.ts:1 imports src/main.ts: tests use a part through its door, or the whole through src/gateway.ts.',
      "test/server/listener.test.ts:1 imports test/registry/publishOnce.ts: tests do not import another folder's tests: move what both need to test/support/.",
    ]);
  });

  test('doors, base, model, the gateway and the own folder are open', () => {
    const text = [
      "import { createRegistry } from '../../src/registry/registry.ts';",
      "import { Disposer } from '../../src/base/disposer.ts';",
      "import type { Session } from '../../src/model/session.ts';",
      "import { createGateway } from '../../src/gateway.ts';",
      "import { createFakeClock } from '../support/fakeClock.ts';",
      "import { publishOnce } from './publishOnce.ts';",
    ].join('\n');
    const inside = { path: 'src/registry/history.ts', text: "import './compose.ts';" };
    expect(doors([door, inside, { path: 'test/registry/registry.test.ts', text }])).toEqual([]);
  });
});
