import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { Supergraph, SupergraphSource } from '../model/supergraph.ts';
import { type LastGood, readLastGood, writeLastGood } from './lastGood.ts';
import { createListeners } from './listeners.ts';
import type { StoredSupergraph } from './readSupergraph.ts';
import type { RegistryStore } from './registryStore.ts';

/** How the registry stands; for probes, the console and whoever asks why. */
export interface RegistryState {
  /** Whether what is served came through the store, or from the files kept beside it because the store could not be read or had lost it. */
  readonly origin: 'store' | 'last-good';
  /** Why the store cannot be used now, so that publishes are refused; null when it can. */
  readonly fault: string | null;
}

/** The supergraph to serve: the newest of the store, or the last good one on disk while the store fails. */
export interface Head extends SupergraphSource {
  state(): RegistryState;
  /** Serves what is on disk if nothing is served yet. */
  start(): void;
  /** Looks what the store has now, and puts back what it has lost. Does not throw: a store at fault is in the state. */
  refresh(): Promise<void>;
  /** As `refresh`, but STORE_UNAVAILABLE when the store is at fault. Null when there is no supergraph yet. */
  fresh(): Promise<Supergraph | null>;
  /** Serves what was just written to the store. */
  advance(supergraph: Supergraph): Promise<void>;
}

export interface HeadParts {
  readonly store: RegistryStore;
  /** Where the last good supergraphs are. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Reads what is on disk; the store is not asked before the first `refresh`. */
export async function createHead({ store, folder, clock, log }: HeadParts): Promise<Head> {
  const listeners = createListeners({ log });
  let current: Supergraph | null = null;
  let origin: RegistryState['origin'] = 'store';
  let fault: SluiceError | null = unasked;
  let good = await readFolder({ folder, log });
  /** What is in the folder, and what could not be written there and has been told once. */
  let savedAs = nameOf(good?.supergraph);
  let unsaved: string | null = null;

  function serve(supergraph: Supergraph, from: RegistryState['origin']): void {
    const isNew = nameOf(current) !== nameOf(supergraph);
    current = supergraph;
    origin = from;
    if (isNew) listeners.tell(supergraph);
  }

  async function save(): Promise<void> {
    const name = nameOf(current);
    if (!current || name === savedAs) return;
    try {
      good = { supergraph: current, fileHashes: await store.fileHashes() };
      await writeLastGood(folder, good);
      savedAs = name;
    } catch (failure) {
      if (unsaved !== name)
        log.error({ err: failure, folder }, 'The last good supergraph cannot be kept on disk');
      unsaved = name;
    }
  }

  /** The newest supergraph of the store, after putting back what it has lost; null when there never was one. */
  async function look(version: number): Promise<void> {
    const stored = version === 0 ? null : ((await store.read(version)) ?? missing);
    if (stored?.supergraph && (stored.supergraph.version ?? 0) >= (good?.supergraph.version ?? 0)) {
      serve(stored.supergraph, 'store');
    } else if (good) {
      const reason = stored?.damage ?? `its newest version is ${version}`;
      log.error(
        { reason, lastGood: good.supergraph.version },
        'The store has lost what was served: it is put back from the last good supergraph on disk',
      );
      serve(await store.restore(good, clock.wallMs()), 'last-good');
    } else if (stored) {
      throw new SluiceError('STORE_UNAVAILABLE', 'The store is damaged', { detail: stored.damage });
    }
  }

  async function refresh(): Promise<void> {
    try {
      const version = await store.headVersion();
      if (fault || version !== (current?.version ?? 0)) await look(version);
      if (fault && fault !== unasked) log.info({ version: current?.version }, 'The store can be used again');
      fault = null;
      await save();
    } catch (failure) {
      const unavailable = storeUnavailable(failure);
      if (fault?.message !== unavailable.message) {
        log.error(
          { err: failure, detail: unavailable.detail },
          `${unavailable.message}; trying until it can be used`,
        );
      }
      fault = unavailable;
      start();
    }
  }

  function start(): void {
    if (current || !good) return;
    const { version, hash } = good.supergraph;
    log.error(
      { version, hash },
      'The store cannot be read: the last good supergraph on disk is served, publishes are refused',
    );
    serve(good.supergraph, 'last-good');
  }

  return {
    current: () => current,
    onChange: (listener) => listeners.add(listener),
    state: () => ({ origin, fault: fault?.message ?? null }),
    start,
    refresh,
    async fresh() {
      await refresh();
      if (fault) throw fault;
      return current;
    },
    async advance(supergraph) {
      serve(supergraph, 'store');
      await save();
    },
  };
}

const unasked = new SluiceError('STORE_UNAVAILABLE', 'The store has not answered yet');
const missing: StoredSupergraph = { supergraph: null, damage: 'a supergraph without its SDL' };

async function readFolder({ folder, log }: { folder: string; log: Log }): Promise<LastGood | null> {
  try {
    const { lastGood, passedOver } = await readLastGood(folder);
    for (const reason of passedOver) log.error({ reason }, 'A last good supergraph on disk was passed over');
    return lastGood;
  } catch (failure) {
    log.error({ err: failure, folder }, 'The last good supergraphs on disk cannot be read');
    return null;
  }
}

function nameOf(supergraph: Supergraph | null | undefined): string | null {
  return supergraph ? `${supergraph.version} ${supergraph.hash}` : null;
}

function storeUnavailable(failure: unknown): SluiceError {
  if (failure instanceof SluiceError && failure.code === 'STORE_UNAVAILABLE') return failure;
  return new SluiceError('STORE_UNAVAILABLE', 'The store cannot be read', { cause: failure });
}
