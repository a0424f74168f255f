const buckets = 10;

/** Sums of a few measures over the time that has just passed; what is older falls out a tenth of that time at once. */
export class SlidingWindow {
  readonly #bucketMs: number;
  readonly #measures: number;
  readonly #parts: Float64Array;
  readonly #sums: Float64Array;
  /** Counts buckets since the clock's start. */
  #bucket = 0;
  /** When the bucket ends. */
  #endsAtMs = 0;

  constructor(windowMs: number, measures: number) {
    this.#bucketMs = windowMs / buckets;
    this.#measures = measures;
    this.#parts = new Float64Array(measures * buckets);
    this.#sums = new Float64Array(measures);
  }

  add(nowMs: number, measure: number): void {
    this.advance(nowMs);
    const at = (this.#bucket % buckets) * this.#measures + measure;
    this.#parts[at] = (this.#parts[at] ?? 0) + 1;
    this.#sums[measure] = (this.#sums[measure] ?? 0) + 1;
  }

  sum(nowMs: number, measure: number): number {
    this.advance(nowMs);
    return this.latest(measure);
  }

  /** As of when it was told the time last. */
  latest(measure: number): number {
    return this.#sums[measure] ?? 0;
  }

  clear(): void {
    this.#parts.fill(0);
    this.#sums.fill(0);
  }

  /** What is too old by now falls out. */
  advance(nowMs: number): void {
    if (nowMs < this.#endsAtMs && nowMs >= this.#endsAtMs - this.#bucketMs) return;
    const bucket = Math.floor(nowMs / this.#bucketMs);
    this.#endsAtMs = (bucket + 1) * this.#bucketMs;
    if (bucket === this.#bucket) return;
    if (bucket - this.#bucket >= buckets) this.clear();
    else for (let passed = this.#bucket + 1; passed <= bucket; passed += 1) this.#drop(passed % buckets);
    this.#bucket = bucket;
  }

  #drop(part: number): void {
    for (let measure = 0; measure < this.#measures; measure += 1) {
      const at = part * this.#measures + measure;
      this.#sums[measure] = (this.#sums[measure] ?? 0) - (this.#parts[at] ?? 0);
      this.#parts[at] = 0;
    }
  }
}
