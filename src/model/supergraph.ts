/** A composed supergraph: immutable, named by what it holds. */
export interface Supergraph {
  /** The registry's number, gap-free from 1; null when it was served from a file or URL without a registry. */
  readonly version: number | null;
  /** SHA-256 of `sdl`, hex. */
  readonly hash: string;
  /** Supergraph SDL with join directives, as composition printed it. */
  readonly sdl: string;
  /** What each subgraph of it consists of; empty when there is no registry. */
  readonly subgraphs: readonly SubgraphVersion[];
}

/** One published version of one subgraph. */
export interface SubgraphVersion {
  readonly name: string;
  /** Counts the versions of this subgraph, from 1. */
  readonly version: number;
  readonly url: string;
  readonly sdl: string;
  /** SHA-256 of `sdl`, hex. */
  readonly hash: string;
  /** Who published it, as the publisher said. */
  readonly author: string;
  /** Where it came from: `file:PATH` of supergraph.yaml, `subgraph:URL` asked by the gateway, or `publish`. */
  readonly source: string;
  readonly publishedAtMs: number;
}

/** Where the supergraph to serve comes from: the registry, or a file or URL served as it is. */
export interface SupergraphSource {
  /** The one to serve now, or null when there is none yet. */
  current(): Supergraph | null;
  /** Called after each change; returns how to stop listening. */
  onChange(listener: (supergraph: Supergraph) => void): () => void;
}
