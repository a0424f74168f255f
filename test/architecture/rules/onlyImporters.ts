import { importsOf } from './importsOf.ts';
import type { SourceFile } from './sourceFile.ts';

interface Boundary {
  /** The packages behind it. */
  readonly holds: (packageName: string) => boolean;
  /** Files, or folders with `/` at the end. */
  readonly importers: readonly string[];
  readonly reason: string;
}

const named =
  (...names: readonly string[]) =>
  (packageName: string) =>
    names.includes(packageName);

/** What can be replaced by editing one place, because nothing else knows it. */
const boundaries: readonly Boundary[] = [
  {
    holds: named('@apollo/server'),
    importers: ['src/server/apollo/', 'src/model/gatewayPlugin.ts'],
    reason: 'the front door can be another server; the last of these takes its type of a plugin',
  },
  {
    holds: named('@apollo/gateway'),
    importers: ['src/execution/reference.ts'],
    reason: 'it is one of two engines',
  },
  {
    holds: named('@apollo/query-planner'),
    importers: ['src/planning/'],
    reason: 'the planner can be another one',
  },
  {
    holds: named('@apollo/composition'),
    importers: ['src/registry/compose.ts', 'src/registry/composeWorker.ts'],
    reason: 'composition can be another one, and runs only in its worker',
  },
  {
    holds: (name) => /^(pino(-.*)?|prom-client|@opentelemetry\/.*)$/.test(name),
    importers: ['src/observability/'],
    reason: 'other parts log, count and trace through its door',
  },
  {
    holds: named('jsonwebtoken', 'jose'),
    importers: ['src/identity/'],
    reason: 'who else needs to know of tokens is given a session',
  },
  {
    holds: named('pg', 'pg-cursor'),
    importers: ['src/storage/'],
    reason: 'other parts write their statements with kysely, for any store',
  },
  {
    holds: named('ioredis'),
    importers: ['src/limits/openRedis.ts'],
    reason: 'what runs in Redis stands beside what asks it',
  },
  {
    holds: named('protobufjs', '@apidevtools/swagger-parser', 'openapi-types'),
    importers: ['src/translation/'],
    reason: 'what services say of themselves is read in one worker, and published as SDL',
  },
  { holds: named('commander'), importers: ['src/cli/'], reason: 'only commands read a command line' },
  {
    holds: named('undici'),
    importers: ['src/upstream/', 'src/registry/', 'src/identity/', 'src/cli/'],
    reason:
      'who calls out has limits of its own: subgraphs, a polled supergraph, identity providers, the admin client',
  },
];

/** Packages that only one place of src/ may import, even for a type. */
export function onlyImporters(files: readonly SourceFile[]): readonly string[] {
  return files.filter(({ path }) => path.startsWith('src/')).flatMap(importsOverBoundaries);
}

function importsOverBoundaries(file: SourceFile): readonly string[] {
  return importsOf(file).flatMap(({ packageName, line }) => {
    const boundary = boundaries.find(({ holds }) => packageName !== null && holds(packageName));
    if (!boundary || boundary.importers.some((importer) => isWithin(file.path, importer))) return [];
    return [
      `${file.path}:${line} imports ${packageName}, which only ${boundary.importers.join(', ')} may: ${boundary.reason}. Ask that part for what you need.`,
    ];
  });
}

function isWithin(path: string, place: string): boolean {
  return place.endsWith('/') ? path.startsWith(place) : path === place;
}
