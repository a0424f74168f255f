import type { GraphQLSchema } from 'graphql';
import type { LRUCache } from 'lru-cache';
import type { Permits } from '../authorization/authorization.ts';
import type { Engine } from '../execution/execution.ts';
import type { SchemaRules } from '../model/schemaRules.ts';
import type { Supergraph } from '../model/supergraph.ts';
import type { ParsedDocument } from './parseDocument.ts';

/** Everything built from one supergraph version. Immutable but for its caches; a request keeps the one it began with. */
export interface Generation {
  readonly supergraph: Supergraph;
  /** Wall milliseconds; it serves from then on. */
  readonly builtAtMs: number;
  /** What documents are validated against: the clients' schema, and `@defer`. */
  readonly schema: GraphQLSchema;
  /** What its directives demand, for the parts that enforce it. */
  readonly rules: SchemaRules;
  /** What of an operation a session may see. */
  readonly permits: Permits;
  readonly engine: Engine;
  /** Prepared documents, good and bad, by text. */
  readonly documents: LRUCache<string, ParsedDocument>;
}

/** A hold on a generation; it is disposed after its successor came and every hold is released. */
export interface Pin {
  readonly generation: Generation;
  release(): void;
}

export interface Generations {
  /** The one new requests get, or null before the first. */
  current(): Generation | null;
  /** Holds the current one; null before the first. */
  pin(): Pin | null;
  /** One reference is swapped: from now on requests begin on `next`. */
  swap(next: Generation): void;
  /** Disposes of what is left; for the end of the process. */
  close(): Promise<void>;
}

interface Held {
  readonly generation: Generation;
  pins: number;
  retired: boolean;
}

export function createGenerations(parts: { onDisposeFailed(failure: unknown): void }): Generations {
  let held: Held | null = null;

  const disposeIfDone = (candidate: Held): Promise<void> | undefined =>
    candidate.retired && candidate.pins === 0
      ? candidate.generation.engine.dispose().catch(parts.onDisposeFailed)
      : undefined;

  return {
    current: () => held?.generation ?? null,
    pin() {
      const pinned = held;
      if (!pinned) return null;
      pinned.pins += 1;
      let released = false;
      return {
        generation: pinned.generation,
        release() {
          if (released) return;
          released = true;
          pinned.pins -= 1;
          void disposeIfDone(pinned);
        },
      };
    },
    swap(next) {
      const previous = held;
      held = { generation: next, pins: 0, retired: false };
      if (!previous) return;
      previous.retired = true;
      void disposeIfDone(previous);
    },
    async close() {
      const last = held;
      held = null;
      if (!last) return;
      last.retired = true;
      await disposeIfDone(last);
    },
  };
}
