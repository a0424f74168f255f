import type { Log } from '../model/log.ts';
import type { Supergraph } from '../model/supergraph.ts';

/** Who wants to know of each new supergraph. */
export interface Listeners {
  /** Returns how to stop listening. */
  add(listener: (supergraph: Supergraph) => void): () => void;
  tell(supergraph: Supergraph): void;
}

/** A listener that throws is logged: it must not undo a publish, nor keep it from the others. */
export function createListeners({ log }: { log: Pick<Log, 'error'> }): Listeners {
  const listeners = new Set<{ readonly call: (supergraph: Supergraph) => void }>();
  return {
    add(call) {
      const listener = { call };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(supergraph) {
      for (const { call } of [...listeners]) {
        try {
          call(supergraph);
        } catch (failure) {
          log.error({ err: failure, version: supergraph.version }, 'A listener failed on a new supergraph');
        }
      }
    },
  };
}
