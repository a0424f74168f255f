/** Collects what has to be released and releases it in reverse order, once; one failing release does not stop the others. */
export class Disposer {
  #releases: Array<() => void | Promise<void>> = [];

  add(release: () => void | Promise<void>): void {
    this.#releases.push(release);
  }

  async dispose(): Promise<void> {
    const releases = this.#releases.reverse();
    this.#releases = [];
    const failures: unknown[] = [];
    for (const release of releases) {
      try {
        await release();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'Several parts failed to close');
  }
}
