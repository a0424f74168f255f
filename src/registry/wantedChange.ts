import { SluiceError } from '../base/errors.ts';
import { sha256 } from '../base/sha256.ts';
import type { HistoryEntry, SubgraphInput } from '../model/registry.ts';
import type { SubgraphVersion, Supergraph } from '../model/supergraph.ts';
import type { HashedSdl } from './composeJob.ts';

/** What somebody wants of the supergraph that is served, before it is composed. */
export interface WantedChange {
  /** Subgraphs that must not have changed since the author looked. */
  readonly touched: readonly string[];
  /** Those that are different afterwards; none when everything is as wanted already. */
  readonly changed: readonly string[];
  readonly kept: readonly SubgraphVersion[];
  readonly published: readonly SubgraphInput[];
  /** What is served afterwards, when it has been composed before; null to compose it. */
  readonly composed: HashedSdl | null;
}

/** A change as it was asked for; it is worked out anew for each supergraph it is tried on. */
export interface ChangeRequest {
  readonly kind: Exclude<HistoryEntry['kind'], 'recovery'>;
  readonly rolledBackTo: number | null;
  /** Names the request for idempotency: the same request again has the same. */
  readonly inputHash: string;
  wantedOf(served: Supergraph | null): WantedChange;
}

export function publishRequest(inputs: readonly SubgraphInput[]): ChangeRequest {
  return {
    kind: 'publish',
    rolledBackTo: null,
    inputHash: hashOf('publish', ...inputs.map(({ name, url, sdl }) => [name, url, sdl])),
    wantedOf(served) {
      const present = byName(served);
      const isNew = ({ name, url, sdl }: SubgraphInput): boolean => {
        const now = present.get(name);
        return now === undefined || now.url !== url || now.sdl !== sdl;
      };
      const published = inputs.filter(isNew);
      const changed = published.map(({ name }) => name);
      const kept = [...present.values()].filter(({ name }) => !changed.includes(name));
      return { touched: inputs.map(({ name }) => name), changed, kept, published, composed: null };
    },
  };
}

export function unpublishRequest(unwanted: string): ChangeRequest {
  return {
    kind: 'unpublish',
    rolledBackTo: null,
    inputHash: hashOf('unpublish', unwanted),
    wantedOf(served) {
      const present = byName(served);
      if (!present.delete(unwanted)) {
        throw new SluiceError('NOT_FOUND', `There is no subgraph named ${JSON.stringify(unwanted)}`);
      }
      if (present.size === 0) {
        throw new SluiceError(
          'COMPOSITION_FAILED',
          `${unwanted} is the last subgraph: a supergraph needs one`,
        );
      }
      return {
        touched: [unwanted],
        changed: [unwanted],
        kept: [...present.values()],
        published: [],
        composed: null,
      };
    },
  };
}

export function rollbackRequest(target: Supergraph): ChangeRequest {
  return {
    kind: 'rollback',
    rolledBackTo: target.version,
    inputHash: hashOf('rollback', target.version),
    wantedOf(served) {
      const present = byName(served);
      const former = byName(target);
      const names = new Set([...present.keys(), ...former.keys()]);
      const changed = [...names]
        .filter((name) => present.get(name)?.version !== former.get(name)?.version)
        .sort();
      const { hash, sdl, subgraphs } = target;
      return { touched: changed, changed, kept: subgraphs, published: [], composed: { hash, sdl } };
    },
  };
}

function byName(supergraph: Supergraph | null): Map<string, SubgraphVersion> {
  return new Map(supergraph?.subgraphs.map((subgraph) => [subgraph.name, subgraph]));
}

function hashOf(...parts: readonly unknown[]): string {
  return sha256(JSON.stringify(parts));
}
