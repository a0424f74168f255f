/** Calls with the same key that overlap share one run and its outcome. */
export class SingleFlight<Result> {
  readonly #flights = new Map<string, Promise<Result>>();

  run(key: string, start: () => Promise<Result>): Promise<Result> {
    const flight = this.#flights.get(key);
    if (flight) return flight;
    const started = start().finally(() => this.#flights.delete(key));
    this.#flights.set(key, started);
    return started;
  }
}
