import { type Clock, systemClock } from '../../src/base/clock.ts';
import { startSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { type MisbehavingSubgraph, startMisbehavingSubgraph } from './misbehavingSubgraph.ts';
import { canaries } from './misbehaviourCase.ts';

/** A subgraph that may do anything, one that is sound, and a gateway over both. */
export interface MisbehaviourWorld {
  readonly shaky: MisbehavingSubgraph;
  readonly gateway: TestGateway;
  /** What a client or the log has seen must hold nothing of shaky's URL or body, and no stack. */
  leaksIn(seen: string): readonly string[];
  stop(): Promise<void>;
}

const shakyDefinition = {
  sdl: `scalar Anything
    enum Color { RED GREEN }
    interface Animal { name: String }
    type Cat implements Animal { name: String lives: Int }
    type Dog implements Animal { name: String }
    type Other { name: String }
    union Pick = Cat | Dog
    type Query {
      word: String inner: Inner inners: [Inner] texts: [String!] grid: [[Int]]
      count: Int ratio: Float flag: Boolean key: ID color: Color anything: Anything
      pet: Animal pick: Pick picks: [Pick] other: Other found: [Thing]
    }
    type Mutation { say(what: String): String }
    type Inner { sure: String! other: String deep: Inner }
    type Thing @key(fields: "id") { id: ID! stock: Int weight: Int! sizes: [Size!] @shareable data: Anything }
    type Size { height: Int }`,
  resolvers: { Query: { word: () => 'sound again' } },
};

function startSound() {
  const thing = (id: string) => ({ id, sizes: [{ width: 1 }, { width: 2 }] });
  const things = (count: number) => Array.from({ length: count }, (_, index) => thing(`t${index}`));
  return startSubgraph('sound', {
    sdl: `scalar Anything
      type Query { number: Int shelf: [Thing] twins: [Thing] crowd: [Thing!] }
      type Thing @key(fields: "id") {
        id: ID! sizes: [Size!] @shareable width: Int
        data: Anything @external need: Int @requires(fields: "data")
      }
      type Size { width: Int }`,
    resolvers: {
      Query: {
        number: () => 1,
        shelf: () => ['a', 'b', 'c'].map(thing),
        twins: () => Array(10_000).fill(thing('t')),
        crowd: () => things(2_000),
      },
      Thing: { width: () => 5 },
    },
  });
}

/** `upstream` are settings of that section; `access` is whether access lines are written. */
export async function startMisbehaviourWorld(
  upstream: object,
  { clock = systemClock, access = true }: { clock?: Clock; access?: boolean } = {},
): Promise<MisbehaviourWorld> {
  const shaky = await startMisbehavingSubgraph('shaky', shakyDefinition);
  const sound = await startSound();
  const gateway = await startTestGateway({
    subgraphs: [{ ...shaky, url: `${shaky.url}/${canaries.path}` }, sound],
    clock,
    settings: {
      observability: { log: { access } },
      // So that one bad answer can be met many times.
      limits: { operation: { aliases: 100, rootFields: 100 } },
      // One try each, however many fail: what is looked at is how each is read.
      upstream: {
        retry: { max: 0 },
        breaker: { mode: 'off' },
        ...upstream,
        headers: [{ set: { 'x-secret': canaries.header } }],
      },
    },
  });
  const secrets = [...Object.values(canaries), new URL(shaky.url).host, 'node_modules', 'undici'];
  return {
    shaky,
    gateway,
    leaksIn: (seen) => [
      ...secrets.filter((secret) => seen.includes(secret)),
      ...(seen.match(/\bat [^"]*\.[tj]s:\d+/g) ?? []),
    ],
    async stop() {
      await gateway.stop();
      await shaky.stop();
      await sound.stop();
    },
  };
}
