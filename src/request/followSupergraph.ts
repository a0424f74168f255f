import { LRUCache } from 'lru-cache';
import type { Authorization } from '../authorization/authorization.ts';
import type { Engine } from '../execution/execution.ts';
import type { Log } from '../model/log.ts';
import type { SchemaRules } from '../model/schemaRules.ts';
import type { Supergraph, SupergraphSource } from '../model/supergraph.ts';
import { readSchemaRules } from '../supergraph/supergraph.ts';
import type { BusiestOperations } from './busiestOperations.ts';
import type { Generation, Generations } from './generations.ts';
import { type ParsedDocument, validationSchema } from './parseDocument.ts';
import { type WarmUpParts, warmUp } from './warmUp.ts';

export interface FollowParts extends WarmUpParts {
  readonly source: SupergraphSource;
  readonly generations: Generations;
  readonly log: Log;
  readonly maxDocuments: number;
  readonly busiest: Pick<BusiestOperations, 'best'>;
  readonly authorization: Authorization;
  buildEngine(supergraph: Supergraph, rules: SchemaRules): Promise<Engine>;
  /** Told after each swap. */
  onSwapped(generation: Generation): void;
}

export interface Follower {
  /** Resolves when what the source had at first is served, or could not be. */
  readonly started: Promise<void>;
  stop(): void;
}

/** Characters of documents kept per generation: parsed, a character takes some 60 bytes, so a flood of long ones costs about 120 MB. */
const maxDocumentCharacters = 2_000_000;
/** More directives that cannot be read than this are not told one by one. */
const maxFaults = 20;
/** A publish has to be seen within a second; what is not warm by then is planned when it is asked. */
const maxWarmUpMs = 600;
/** At a start nobody waits for it, and the planner of the supergraph has to be built first. */
const maxFirstWarmUpMs = 5000;

/**
 * Builds a generation from each supergraph of the source, aside, warms it, and then swaps it in. One at a time; of several that came
 * meanwhile only the newest is built. A supergraph that cannot be served changes nothing and is reported.
 */
export function followSupergraph(parts: FollowParts): Follower {
  const { source, generations, log } = parts;
  let waiting: Supergraph | null = null;
  let building: Promise<void> | null = null;
  let stopped = false;

  async function buildWaiting(): Promise<void> {
    for (let next = takeWaiting(); next !== null && !stopped; next = takeWaiting()) await build(next);
    building = null;
  }
  function takeWaiting(): Supergraph | null {
    const next = waiting;
    waiting = null;
    return next;
  }
  async function build(supergraph: Supergraph): Promise<void> {
    const named = { version: supergraph.version, hash: supergraph.hash.slice(0, 12) };
    try {
      const { rules, faults } = readSchemaRules(supergraph);
      for (const fault of faults.slice(0, maxFaults)) log.warn(named, fault);
      const engine = await parts.buildEngine(supergraph, rules);
      if (stopped) return await engine.dispose();
      const schema = validationSchema(engine.schema);
      const generation: Generation = {
        supergraph,
        builtAtMs: parts.clock.wallMs(),
        schema,
        rules,
        permits: parts.authorization.forSchema(schema, rules),
        engine,
        documents: new LRUCache<string, ParsedDocument>({
          max: parts.maxDocuments,
          maxSize: maxDocumentCharacters,
          sizeCalculation: (_outcome, text) => text.length + 1,
        }),
      };
      const maxMs = generations.current() ? maxWarmUpMs : maxFirstWarmUpMs;
      const warmed = await warmUp(generation, { operations: parts.busiest.best(), maxMs }, parts);
      generations.swap(generation);
      parts.onSwapped(generation);
      log.info({ ...named, warmed }, 'serving supergraph');
    } catch (failure) {
      log.error({ ...named, err: failure }, 'this supergraph cannot be served; the former one stays');
    }
  }
  function follow(supergraph: Supergraph): Promise<void> {
    waiting = supergraph;
    building ??= buildWaiting();
    return building;
  }

  const unfollow = source.onChange((supergraph) => void follow(supergraph));
  const first = source.current();
  return {
    started: first ? follow(first) : Promise.resolve(),
    stop() {
      stopped = true;
      unfollow();
    },
  };
}
