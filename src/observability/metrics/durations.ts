/** Upper bounds in seconds: OpenTelemetry's advice for HTTP, and finer below 5 ms, where a gateway lives. */
export const bounds: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** One that fell into a bucket, by which a trace is found. */
export interface Exemplar {
  readonly traceId: string;
  readonly seconds: number;
  readonly atMs: number;
}

/** How long things took, counted in buckets. Counting is a search among seventeen numbers and two additions. */
export class Durations {
  /** One for each bound, and one for what took longer. */
  readonly counts = new Float64Array(bounds.length + 1);
  sum = 0;
  /** The last of each bucket; made when the first trace comes. */
  exemplars: (Exemplar | undefined)[] | null = null;

  add(seconds: number): number {
    let at = 0;
    while (at < bounds.length && seconds > (bounds[at] as number)) at += 1;
    this.counts[at] = (this.counts[at] as number) + 1;
    this.sum += seconds;
    return at;
  }

  addTraced(seconds: number, traceId: string, atMs: number): void {
    const at = this.add(seconds);
    this.exemplars ??= new Array<Exemplar | undefined>(bounds.length + 1);
    this.exemplars[at] = { traceId, seconds, atMs };
  }
}
