import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { Supergraph, SupergraphSource } from '../model/supergraph.ts';
import { createLastGoodKeeper } from './lastGoodKeeper.ts';
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
  const keeper = await createLastGoodKeeper({ folder, fileHashes: store.fileHashes, log });
  let current: Supergraph | null = null;
  let origin: RegistryState['origin'] = 'store';
  let fault: SluiceError | null = unasked;

  function serve(supergraph: Supergraph, from: RegistryState['origin']): void {
    const isNew = current?.version !== supergraph.version || current.hash !== supergraph.hash;
    current = supergraph;
    origin = from;
    if (isNew) listeners.tell(supergraph);
  }

  /** Serves the newest version of the store, or puts the last good one back if the store has lost it. */
  async function take(version: number): Promise<void> {
    const stored = version === 0 ? null : ((await store.read(version)) ?? missing);
    const lastGood = keeper.lastGood();
    if (stored?.supergraph && version >= (lastGood?.supergraph.version ?? 0)) {
      serve(stored.supergraph, 'store');
    } else if (lastGood) {
      const reason = stored?.damage ?? `its newest version is ${version}`;
      log.error(
        { reason, lastGood: lastGood.supergraph.version },
        'The store has lost what was served: it is put back from the last good supergraph on disk',
      );
      serve(await store.restore(lastGood, clock.wallMs()), 'last-good');
    } else if (stored) {
      throw new SluiceError('STORE_UNAVAILABLE', 'The store is damaged', { detail: stored.damage });
    }
  }

  async function refresh(): Promise<void> {
    try {
      const version = await store.headVersion();
      if (fault || version !== (current?.version ?? 0)) await take(version);
      if (fault && fault !== unasked) log.info({ version: current?.version }, 'The store can be used again');
      fault = null;
      if (current) await keeper.keep(current);
    } catch (failure) {
      const unavailable = storeUnavailable(failure);
      if (fault?.message !== unavailable.message) {
        const fields = { err: failure, detail: unavailable.detail };
        log.error(fields, `${unavailable.message}; trying until it can be used`);
      }
      fault = unavailable;
      start();
    }
  }

  function start(): void {
    const lastGood = keeper.lastGood();
    if (current || !lastGood) return;
    const { version, hash } = lastGood.supergraph;
    log.error(
      { version, hash },
      'The store cannot be read: the last good supergraph on disk is served, publishes are refused',
    );
    serve(lastGood.supergraph, 'last-good');
  }

  return {
    current: () => current,
    onChange: listeners.add,
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
      await keeper.keep(supergraph);
    },
  };
}

const unasked = new SluiceError('STORE_UNAVAILABLE', 'The store has not answered yet');
const missing: StoredSupergraph = { supergraph: null, damage: 'a supergraph without its SDL' };

function storeUnavailable(failure: unknown): SluiceError {
  if (failure instanceof SluiceError && failure.code === 'STORE_UNAVAILABLE') return failure;
  return new SluiceError('STORE_UNAVAILABLE', 'The store cannot be read', { cause: failure });
}
