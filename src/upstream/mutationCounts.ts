/** Mutations so far: what is read after one does not join what was on its way before it. */
export class MutationCounts {
  total = 0;
  readonly #bySubgraph = new Map<string, number>();

  of(subgraph: string): number {
    return this.#bySubgraph.get(subgraph) ?? 0;
  }

  add(subgraph: string): void {
    this.#bySubgraph.set(subgraph, this.of(subgraph) + 1);
    this.total += 1;
  }
}
