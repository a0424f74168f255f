import { expect } from '@jest/globals';
import { type ExecutionResult, parse } from 'graphql';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import { lendThread } from '../support/lendThread.ts';
import { compareResults } from './compareResults.ts';
import { type EngineKind, engineUnderTest } from './engineUnderTest.ts';
import { createFederation, type Federation } from './federation.ts';

type Entity = Readonly<Record<string, unknown>>;

/**
 * Subgraphs written by hand. A field is the property of its name unless `fields` says otherwise; functions get the object, which has
 * under `sent` what the gateway sent with the key, the arguments, and the subgraph asked, null for the whole.
 */
export interface Fixture {
  /** Without the `@link`. */
  readonly sdl: Readonly<Record<string, string>>;
  /** Instances by type; a reference to one is the instance itself. */
  readonly entities: Readonly<Record<string, readonly Entity[]>>;
  /** By `Type.field`. */
  readonly fields: Readonly<Record<string, FieldFunction>>;
}

type FieldFunction = (
  parent: Entity & { readonly sent?: Entity },
  args: Readonly<Record<string, unknown>>,
  subgraph: string | null,
) => unknown;

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@override", "@requires", "@external", "@provides", "@interfaceObject", "@inaccessible", "@authenticated", "@requiresScopes"])\n';

export function fixtureFederation({ sdl, entities, fields }: Fixture): Federation {
  const texts = Object.fromEntries(Object.entries(sdl).map(([name, text]) => [name, link + text]));
  const { federation, faults } = createFederation(texts, {
    root: () => ({}),
    find(representation) {
      const { __typename: type, ...sent } = representation;
      const found = (entities[String(type)] ?? []).find((entity) =>
        Object.entries(sent).some(
          ([name, value]) => keyNames.has(name) && Object.hasOwn(entity, name) && entity[name] === value,
        ),
      );
      return found ? { ...found, __typename: found.__typename ?? type, sent } : null;
    },
    value(parent, { type, field, args, subgraph }) {
      const entity = parent as Entity;
      const resolve = fields[`${type}.${field}`] ?? fields[`*.${field}`];
      return resolve ? resolve(entity, args, subgraph) : entity[field];
    },
  });
  if (!federation) throw new Error(faults);
  return federation;
}

const keyNames = new Set(['id', 'sku', 'upc', 'flag']);

export interface FixtureRunner {
  /** What the whole answers, what the engine answers, and the bodies of its calls to subgraphs. */
  answersOf(
    fixture: Fixture,
    asked: { text: string; variables?: Readonly<Record<string, unknown>>; kind?: EngineKind },
  ): Promise<{ expected: ExecutionResult; got: ExecutionResult; bodies: readonly string[] }>;
  /** Expects the engine's answer to be that of the whole; gives it. */
  expectAnswer(
    fixture: Fixture,
    text: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<ExecutionResult>;
  close(): Promise<void>;
}

/** Runs fixtures on one planner; closed after the last test. */
export function createFixtureRunner(): FixtureRunner {
  const planning = createPlanning(planningOptions.parse({ timeout: '60s' }), { startThread: lendThread });
  const runner: FixtureRunner = {
    async answersOf(fixture, { text, variables = {}, kind = 'compiled' }) {
      const federation = fixtureFederation(fixture);
      const bodies: string[] = [];
      const engine = await engineUnderTest(
        {
          supergraph: federation.supergraph,
          call(call) {
            bodies.push(call.body);
            return federation.call(call);
          },
        },
        { kind, planning },
      );
      try {
        const expected = await federation.executeWhole({ document: parse(text), variables });
        return { expected, got: await engine.execute({ text, variables }), bodies };
      } finally {
        await engine.dispose();
      }
    },
    async expectAnswer(fixture, text, variables = {}) {
      const { expected, got } = await runner.answersOf(fixture, { text, variables });
      expect(compareResults(expected, got)).toBeNull();
      return got;
    },
    close: () => planning.close(),
  };
  return runner;
}
