/**
 * Registry: the source of truth for what is served. It keeps every version of every subgraph and every supergraph composed from
 * them, immutable; a publish is one transaction with compare-and-swap; a refused publish changes nothing.
 *
 * It never asks live subgraphs while composing, and it knows nothing of requests: whoever serves listens with `onChange`.
 */
