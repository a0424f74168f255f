import { describe, expect, test } from '@jest/globals';
import { ConfigError, readSettings } from '../../src/config/config.ts';
import { readFaults } from './readFaults.ts';
import { sampleSections } from './sampleSections.ts';

interface BadFile {
  readonly title: string;
  readonly text: string;
  readonly faults: readonly string[];
}

const listedKeys = 'admin, federation_version, limits, remark, server, store, subgraphs or upstream';

const badFiles: readonly BadFile[] = [
  {
    title: 'an unknown section, with the nearest one',
    text: 'sever:\n  port: 1\n',
    faults: [
      `supergraph.yaml:1:1  sever: found the unknown key "sever" (did you mean server?); allowed: ${listedKeys}`,
    ],
  },
  {
    title: 'an unknown key, with the nearest one',
    text: 'server:\n  prot: 1\n',
    faults: [
      'supergraph.yaml:2:3  server.prot: found the unknown key "prot" (did you mean port?); allowed: body, host, path or port',
    ],
  },
  {
    title: 'an unknown key that resembles none',
    text: 'server: { zzzzzz: 1 }\n',
    faults: [
      'supergraph.yaml:1:11  server.zzzzzz: found the unknown key "zzzzzz"; allowed: body, host, path or port',
    ],
  },
  {
    title: 'a wrong type',
    text: 'server:\n  port: four\n',
    faults: ['supergraph.yaml:2:9  server.port: found "four"; allowed: a whole number from 0 to 65535'],
  },
  {
    title: 'a number in quotes',
    text: 'server:\n  port: "4000"\n',
    faults: ['supergraph.yaml:2:9  server.port: found "4000"; allowed: a whole number from 0 to 65535'],
  },
  {
    title: 'a value out of bounds',
    text: 'server:\n  port: 70000\n',
    faults: ['supergraph.yaml:2:9  server.port: found 70000; allowed: a whole number from 0 to 65535'],
  },
  {
    title: 'a fraction where a whole number is allowed',
    text: 'server:\n  port: 1.5\n',
    faults: ['supergraph.yaml:2:9  server.port: found 1.5; allowed: a whole number from 0 to 65535'],
  },
  {
    title: 'the yes of YAML 1.1',
    text: 'upstream:\n  on: yes\n',
    faults: ['supergraph.yaml:2:7  upstream.on: found "yes"; allowed: true or false'],
  },
  {
    title: 'a choice that is not offered',
    text: 'limits: { mode: enforced }\n',
    faults: ['supergraph.yaml:1:17  limits.mode: found "enforced"; allowed: off, log or enforce'],
  },
  {
    title: 'a duration without a unit, and one with a wrong unit',
    text: 'server:\n  body:\n    timeout: 5\n    max: 2mb\n',
    faults: [
      'supergraph.yaml:3:14  server.body.timeout: found 5; allowed: a duration such as 250ms, 10s, 5m or 24h',
      'supergraph.yaml:4:10  server.body.max: found "2mb"; allowed: a size such as 64KB or 2MB',
    ],
  },
  {
    title: 'a key without a value, at the key',
    text: 'server:\n  port:\n  path: /\n',
    faults: [
      'supergraph.yaml:2:3  server.port: found an empty value; allowed: a whole number from 0 to 65535',
    ],
  },
  {
    title: 'a list for a section, and a section for a list',
    text: 'server: [1]\nupstream:\n  headers: { propagate: x }\n',
    faults: [
      'supergraph.yaml:1:9  server: found a list; allowed: a map with port, host, path or body',
      'supergraph.yaml:3:12  upstream.headers: found a map with propagate; allowed: a list with at most 3 entries, each a map with propagate or as or a map with set',
    ],
  },
  {
    title: 'a key of a record, and a value of one',
    text: 'limits:\n  perKey:\n    BIG: 5\n    small: 3\n',
    faults: [
      'supergraph.yaml:3:5  limits.perKey.BIG: found the key "BIG"; allowed: text that matches ^[a-z]+$',
      'supergraph.yaml:4:12  limits.perKey.small: found 3; allowed: a number, a multiple of 5',
    ],
  },
  {
    title: 'alternatives, by the one that was most likely meant',
    text: 'upstream:\n  headers:\n    - { propagat: x }\n    - { propagate: 5 }\n    - { set: { a: 1 } }\n',
    faults: [
      'supergraph.yaml:3:9  upstream.headers[0].propagat: found the unknown key "propagat" (did you mean propagate?); allowed: as, propagate or set',
      'supergraph.yaml:4:20  upstream.headers[1].propagate: found 5; allowed: text',
      'supergraph.yaml:5:19  upstream.headers[2].set.a: found 1; allowed: text',
    ],
  },
  {
    title: 'an alternative that is known by its kind',
    text: 'store: { kind: disk }\n',
    faults: ['supergraph.yaml:1:16  store.kind: found "disk"; allowed: memory or redis'],
  },
  {
    title: 'a required key that is missing, at the map it is missing from',
    text: 'store:\n  kind: redis\n',
    faults: ['supergraph.yaml:2:3  store.url: found nothing; allowed: text'],
  },
  {
    title: 'a combination that is impossible',
    text: 'admin:\n  host: 0.0.0.0\n',
    faults: ['supergraph.yaml:2:9  admin.host: found "0.0.0.0"; allowed: 127.0.0.1 unless there are tokens'],
  },
  {
    title: 'a key that stands twice',
    text: 'server:\n  port: 1\n  port: 2\n',
    faults: ['supergraph.yaml:3:3  server.port: found the key port a second time; allowed: once'],
  },
  {
    title: 'the name of the prototype',
    text: 'server: { __proto__: { port: 1 } }\n',
    faults: ['supergraph.yaml:1:11  server.__proto__: found the key __proto__; allowed: any other name'],
  },
  {
    title: 'a file that is no map',
    text: '- a\n',
    faults: ['supergraph.yaml:1:1  found a list; allowed: a map of sections'],
  },
  {
    title: 'a tag',
    text: 'server:\n  path: !!binary aGk=\n',
    faults: [
      'supergraph.yaml:2:18  server.path: found the tag tag:yaml.org,2002:binary; allowed: plain YAML values',
    ],
  },
  {
    title: 'a tag of somebody else',
    text: 'server: !include other.yaml\n',
    faults: ['supergraph.yaml:1:9  not YAML: Unresolved tag'],
  },
  {
    title: 'an alias without its anchor',
    text: 'server: *base\n',
    faults: ['supergraph.yaml:1:9  server: found an alias; allowed: one whose anchor stands before it'],
  },
  {
    title: 'a brace that is not closed',
    text: 'server: { port: 1\n',
    faults: [
      expect.stringMatching(
        /^supergraph\.yaml:2:1 {2}not YAML: Flow map .*must.* end with a }/,
      ) as unknown as string,
    ],
  },
  {
    title: 'a tab as indentation',
    text: 'server:\n\tport: 1\n',
    faults: [expect.stringMatching(/^supergraph\.yaml:2:1 {2}not YAML: Tabs/) as unknown as string],
  },
  {
    title: 'two documents',
    text: 'server:\n  port: 1\n---\nserver:\n',
    faults: [
      expect.stringMatching(
        /^supergraph\.yaml:3:1 {2}not YAML: Source contains multiple documents/,
      ) as unknown as string,
    ],
  },
];

describe('a bad file', () => {
  test.each(badFiles)('is refused for $title', ({ text, faults }) => {
    expect(readFaults(text)).toEqual(faults);
  });

  test('is refused for everything at once, sorted by place', () => {
    const text = [
      'upstream: { on: 1, headers: [1] }',
      'subgraphs:',
      '  cities: { schema: {} }',
      'limits: { mode: no, mode: log }',
      `server: { port: -1, prot: 2, path: "\${NOWHERE}" }`,
    ].join('\n');
    expect(readFaults(text)).toEqual([
      'supergraph.yaml:1:17  upstream.on: found 1; allowed: true or false',
      'supergraph.yaml:1:30  upstream.headers[0]: found 1; allowed: a map with propagate or as or a map with set',
      'supergraph.yaml:3:21  subgraphs.cities.schema: found an empty map; allowed: exactly one of file, subgraph_url, proto, openapi and reflection',
      'supergraph.yaml:4:17  limits.mode: found "no"; allowed: off, log or enforce',
      'supergraph.yaml:4:21  limits.mode: found the key mode a second time; allowed: once',
      'supergraph.yaml:5:17  server.port: found -1; allowed: a whole number from 0 to 65535',
      'supergraph.yaml:5:21  server.prot: found the unknown key "prot" (did you mean port?); allowed: body, host, path or port',
      `supergraph.yaml:5:36  server.path: found \${NOWHERE}, which is not set; allowed: a variable that is set, or \${NOWHERE:-default}`,
    ]);
  });

  test('tells its faults as data too', () => {
    const read = () =>
      readSettings('server:\n  port: x\n', { file: 'conf/a.yaml', env: {}, sections: sampleSections });
    expect(read).toThrow(ConfigError);
    try {
      read();
    } catch (refusal) {
      expect((refusal as ConfigError).faults).toEqual([
        {
          file: 'conf/a.yaml',
          line: 2,
          column: 9,
          path: 'server.port',
          message: 'found "x"; allowed: a whole number from 0 to 65535',
        },
      ]);
    }
  });

  test.each([
    [
      'aliases that multiply',
      `${Array.from({ length: 9 }, (_, level) => `l${level}: &l${level} [${level ? `*l${level - 1},`.repeat(9) : 'x'}]`).join('\n')}\n`,
      'found more aliases; allowed: at most 100',
    ],
    [
      'an alias inside its own anchor',
      'server: &a { body: *a }\n',
      'found deeper nesting; allowed: at most 64 levels',
    ],
    ['flow nesting', `server: ${'['.repeat(5_000)}`, 'found nesting too deep'],
    [
      'block nesting',
      Array.from({ length: 70 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
      'found deeper nesting; allowed: at most 64 levels',
    ],
    ['a megabyte and more', `# ${'x'.repeat(1024 * 1024)}`, 'characters; allowed: at most 1048576'],
    [
      '100,000 values and more',
      `server: [${'1,'.repeat(100_001)}]`,
      'found more values; allowed: at most 100000',
    ],
  ])('cannot exhaust the process: %s', (_, text, message) => {
    const before = process.threadCpuUsage();
    const faults = readFaults(text);
    expect(faults.some((fault) => fault.includes(message))).toBe(true);
    const { user } = process.threadCpuUsage(before);
    expect(user / 1000).toBeLessThan(5_000);
  });
});
