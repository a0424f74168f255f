/**
 * A part of an answer that was read as what the result holds, with nothing left to be made of it. Each who takes it gets one of
 * their own, since whoever merges results writes to them.
 */
export class Projected {
  /** The member that tells whose it is, where it came in a list of many. */
  readonly by: unknown;
  #first: unknown;
  #isTaken = false;
  readonly #again: () => unknown;

  constructor(first: unknown, again: () => unknown, by: unknown = null) {
    this.#first = first;
    this.#again = again;
    this.by = by;
  }

  take(): unknown {
    if (this.#isTaken) return this.#again();
    const first = this.#first;
    this.#isTaken = true;
    this.#first = null;
    return first;
  }
}
