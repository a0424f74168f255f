/**
 * Registry: the source of truth for what is served. It keeps every version of every subgraph and every supergraph composed from
 * them, immutable; a publish is one transaction with compare-and-swap; a refused publish changes nothing.
 *
 * It never asks live subgraphs while composing, and it knows nothing of requests: whoever serves listens with `onChange`.
 * Composition runs in a worker thread with a deadline and a memory bound. What is served is also on disk, the last three of it: with
 * them the gateway starts when the store cannot be read, and they go back into a store that has lost them.
 *
 * `createStaticSupergraph` serves a composed supergraph from a file or URL instead, without any of this.
 *
 *   const registry = await createRegistry(registryOptions.parse({}), { storage, dir: '.sluice', clock, log });
 *   const { version } = await registry.publish([{ name: 'cities', url, sdl, source: 'publish' }], { author: 'ann' });
 */
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { StartThread } from '../base/startThread.ts';
import type { Log } from '../model/log.ts';
import type { CheckReport, Registry, SubgraphDraft } from '../model/registry.ts';
import type { Supergraph, SupergraphSource } from '../model/supergraph.ts';
import { type Storage, tablesOf } from '../storage/storage.ts';
import { createChanges, reportOf } from './changes.ts';
import { checkOperations, type RecentUse } from './checkOperations.ts';
import type { Composition } from './composeJob.ts';
import { type Composer, createComposer } from './composer.ts';
import { createHead, type RegistryState } from './head.ts';
import { poll } from './poll.ts';
import {
  type FilePublishOptions,
  type FilePublishOutcome,
  type ListedSubgraph,
  publishFiles,
} from './publishFiles.ts';
import { badInput, refuseFaultyDraft, refuseFaultyInputs } from './refuseFaultyInputs.ts';
import type { RegistryOptions } from './registryOptions.ts';
import { createRegistryStore, type RegistryStore } from './registryStore.ts';
import { type RegistryTables, registryMigrations } from './registryTables.ts';
import { createTurns } from './turns.ts';
import { publishRequest, rollbackRequest, unpublishRequest } from './wantedChange.ts';

export type { RecentUse } from './checkOperations.ts';
export type { RegistryState } from './head.ts';
export { createInstanceLeases, type LeasesPart } from './instanceLeases.ts';
export { readLastGood } from './lastGood.ts';
export type { FilePublishOptions, FilePublishOutcome, ListedSubgraph } from './publishFiles.ts';
export { type RegistryOptions, registryOptions } from './registryOptions.ts';
export {
  createStaticSupergraph,
  type StaticSupergraph,
  type StaticSupergraphParts,
} from './staticSupergraph.ts';
export { registryMigrations };

/** How long a start waits for the store before it serves the last good supergraph on disk. */
const startWaitMs = 1000;
const maxHistory = 500;

export interface RegistryParts {
  /** Opened with `registryMigrations`; closed by its owner, after the registry. */
  readonly storage: Pick<Storage, 'kind' | 'database' | 'change'>;
  /** The last good supergraphs are in `<dir>/supergraphs/`. */
  readonly dir: string;
  /** What clients asked lately, for checks; null where nobody records it. */
  readonly recentUse?: RecentUse | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly startThread?: StartThread | undefined;
}

export interface RegistryPart extends Registry, SupergraphSource {
  state(): RegistryState;
  /**
   * Publishes the listed subgraphs whose file is not what was last published from it: as one version where they compose, and otherwise
   * those that do. Refusals are in the outcomes, one for each listed, in order; throws STORE_UNAVAILABLE.
   */
  publishFromFiles(
    listed: readonly ListedSubgraph[],
    options?: FilePublishOptions,
  ): Promise<readonly FilePublishOutcome[]>;
  close(): Promise<void>;
}

/** Resolves as soon as it is known what to serve, within about a second whatever the store does; never rejects for a store at fault. */
export async function createRegistry(options: RegistryOptions, parts: RegistryParts): Promise<RegistryPart> {
  const { storage, dir, clock, log } = parts;
  const store = createRegistryStore(tablesOf<RegistryTables>(storage, registryMigrations));
  const isShared = storage.kind === 'postgres';
  const head = await createHead({ store, isShared, folder: join(dir, 'supergraphs'), clock, log });
  const composer = createComposer(options.composition, { clock, startThread: parts.startThread });
  const turns = createTurns();
  const changes = createChanges({
    store,
    head,
    composer,
    turns,
    breakingChanges: options.breakingChanges,
    clock,
    log,
  });
  const look = (): Promise<void> => turns.take(head.refresh);
  await firstOf(look(), clock);
  head.start();
  const polling = poll(look, { clock, intervalMs: options.poll });

  /** Where usage cannot be read a check says what it can without; what would break clients is refused then. */
  function untold(failure: unknown): null {
    if (!(failure instanceof SluiceError) || failure.code !== 'STORE_UNAVAILABLE') throw failure;
    log.warn({ err: failure }, 'a check was made without the recorded operations: usage cannot be read');
    return null;
  }

  return {
    current: head.current,
    onChange: head.onChange,
    state: head.state,
    async publish(inputs, terms) {
      refuseFaultyInputs(inputs, options.maxSdl);
      return await changes.make(publishRequest(inputs), terms);
    },
    async check(draft) {
      refuseFaultyDraft(draft, options.maxSdl);
      const served = head.current();
      const { composition, report } = await checkDraft(draft, { served, composer });
      if (!served || !composition.supergraph || !parts.recentUse) return report;
      const change = { before: served, after: composition.supergraph, changes: report.changes };
      const means = { recentUse: parts.recentUse, composer, options: options.checks, nowMs: clock.wallMs() };
      return { ...report, operations: await checkOperations(change, means).catch(untold) };
    },
    unpublish: (name, terms) => changes.make(unpublishRequest(name), terms),
    async rollback(version, terms) {
      return await changes.make(rollbackRequest(await readVersion(store, version)), terms);
    },
    async history({ limit, before }) {
      if (!Number.isSafeInteger(limit) || limit < 1 || limit > maxHistory) {
        throw badInput(`The limit ${limit} is not allowed: 1 to ${maxHistory} is`);
      }
      return await store.history(before === undefined ? { limit } : { limit, before });
    },
    async supergraph(version) {
      const served = head.current();
      if (version === undefined || version === served?.version) return served;
      return await readVersion(store, version);
    },
    subgraphs: async () => head.current()?.subgraphs ?? [],
    async changesOf(version) {
      const after = await readVersion(store, version);
      return version === 1 ? [] : await composer.compare(await readVersion(store, version - 1), after);
    },
    hintsOf: (version) => store.hintsOf(version),
    publishFromFiles: (listed, terms = {}) =>
      publishFiles(listed, { options: terms, parts: { changes, store, maxSdlBytes: options.maxSdl } }),
    async close() {
      await composer.close(); // first, so that nobody waits for a composition
      await polling.stop();
      await turns.take(async () => undefined);
    },
  };
}

/** Waits for the first look at the store, but not for ever: a store that hangs must not keep the gateway from serving. */
async function firstOf(look: Promise<void>, clock: Clock): Promise<void> {
  const { promise: waited, resolve } = Promise.withResolvers<void>();
  const patience = clock.after(startWaitMs, resolve);
  await Promise.race([look, waited]);
  patience.cancel();
}

async function checkDraft(
  { name, url, sdl }: SubgraphDraft,
  { served, composer }: { served: Supergraph | null; composer: Composer },
): Promise<{ composition: Composition; report: CheckReport }> {
  const present = served?.subgraphs ?? [];
  const now = present.find((subgraph) => subgraph.name === name);
  const draft = { name, url: url ?? now?.url ?? `http://${name.toLowerCase()}.invalid/`, sdl };
  const others = present.filter((subgraph) => subgraph !== now);
  const composition = await composer.compose([...others, draft], served);
  return { composition, report: reportOf(composition, served) };
}

async function readVersion(store: RegistryStore, version: number): Promise<Supergraph> {
  const stored = Number.isSafeInteger(version) && version > 0 ? await store.read(version) : null;
  if (!stored) throw new SluiceError('NOT_FOUND', `There is no supergraph version ${version}`);
  if (stored.supergraph) return stored.supergraph;
  throw new SluiceError('STORE_UNAVAILABLE', 'The store is damaged', { detail: stored.damage });
}
