/** One of them: where it stands is its own. */
export interface Travelling {
  place: number;
}

/** Those that are on their way, in no order. A set would give each a hash of its own, on the way of every call. */
export class OnWay<One extends Travelling> {
  readonly #all: One[] = [];

  add(one: One): void {
    one.place = this.#all.length;
    this.#all.push(one);
  }

  delete(one: One): void {
    const last = this.#all.pop();
    if (last === undefined || last === one) return;
    last.place = one.place;
    this.#all[one.place] = last;
  }

  /** As they are now, whatever becomes of them meanwhile. */
  all(): readonly One[] {
    return [...this.#all];
  }
}
