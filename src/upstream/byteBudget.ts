/** How much may be read of the answers to one call, whichever of its requests they come to. */
export class ByteBudget {
  readonly most: number;
  #left: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(most: number) {
    this.most = most;
    this.#left = most;
  }

  /** Never 0, which would be no bound to those who take one. */
  get left(): number {
    return Math.max(1, this.#left);
  }

  /** False once it was too much. */
  take(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }

  /** Work of which nobody knows beforehand how much it takes: one after the other, so that not each may take all that is left. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work);
    // Who waits for it is told how it failed; the next one's turn comes all the same.
    this.#last = turn.catch(() => null);
    return turn;
  }
}
