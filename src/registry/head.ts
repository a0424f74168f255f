import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { Supergraph, SupergraphSource } from '../model/supergraph.ts';
import { type HeadOfStoreParts, headOfStore } from './headOfStore.ts';
import { createLastGoodKeeper } from './lastGoodKeeper.ts';
import { createListeners } from './listeners.ts';

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

export interface HeadParts extends HeadOfStoreParts {
  /** Where the last good supergraphs are. */
  readonly folder: string;
  readonly log: Log;
}

/** Reads what is on disk; the store is not asked before the first `refresh`. */
export async function createHead(parts: HeadParts): Promise<Head> {
  const { store, folder, log } = parts;
  const listeners = createListeners({ log });
  const keeper = await createLastGoodKeeper({ folder, fileHashes: store.fileHashes, log });
  let current: Supergraph | null = null;
  let origin: RegistryState['origin'] = 'store';
  let fault: SluiceError | null = unasked;
  let hasSeenStore = false;

  function serve(supergraph: Supergraph, from: RegistryState['origin']): void {
    const isNew = current?.version !== supergraph.version || current.hash !== supergraph.hash;
    current = supergraph;
    origin = from;
    if (isNew) listeners.tell(supergraph);
  }

  async function refresh(): Promise<void> {
    try {
      const version = await store.headVersion();
      if (fault || version !== (current?.version ?? 0)) {
        const known = { version, lastGood: keeper.lastGood(), hasSeenStore };
        const found = await headOfStore(known, parts);
        if (found) serve(found.supergraph, found.origin);
      }
      if (fault && fault !== unasked) log.info({ version: current?.version }, 'The store can be used again');
      fault = null;
      hasSeenStore = true;
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

function storeUnavailable(failure: unknown): SluiceError {
  if (failure instanceof SluiceError && failure.code === 'STORE_UNAVAILABLE') return failure;
  return new SluiceError('STORE_UNAVAILABLE', 'The store cannot be read', { cause: failure });
}
