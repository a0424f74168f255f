/** For so long it is known how slow answers were, at least; twice as long at most. */
const rememberedMs = 30_000;
/** Silence means something when it is so many times as long as the slowest answer of late took. */
const timesSlowest = 4;

/** Listens whether a subgraph still says anything, so that one that hangs is known before the first calls time out. */
export class Silence {
  /** Calls begun since it answered last. */
  #unanswered = 0;
  /** When the first of them began. */
  #sinceMs = 0;
  #hasAnswered = false;
  #slowestMs = 0;
  #slowestBeforeMs = 0;
  #changedAtMs = Number.NEGATIVE_INFINITY;

  begin(nowMs: number): void {
    if (this.#unanswered === 0) this.#sinceMs = nowMs;
    this.#unanswered += 1;
  }

  /** An answer, good or bad, to a call of `ms`. */
  end(nowMs: number, ms: number): void {
    this.#unanswered = 0;
    this.#hasAnswered = true;
    this.#forget(nowMs);
    if (ms > this.#slowestMs) this.#slowestMs = ms;
  }

  /** Whether so many calls wait, the first of them for longer than this and than is usual. A subgraph that never answered is only new. */
  isTooLong(nowMs: number, { calls, leastMs }: { calls: number; leastMs: number }): boolean {
    if (this.#unanswered < calls || !this.#hasAnswered || nowMs - this.#sinceMs < leastMs) return false;
    const slowestMs = Math.max(this.#slowestMs, this.#slowestBeforeMs);
    return nowMs - this.#sinceMs >= slowestMs * timesSlowest;
  }

  clear(): void {
    this.#unanswered = 0;
  }

  #forget(nowMs: number): void {
    if (nowMs - this.#changedAtMs < rememberedMs) return;
    // After a longer break nothing of late is known, but what was is better than nothing.
    this.#slowestBeforeMs = this.#slowestMs;
    this.#slowestMs = 0;
    this.#changedAtMs = nowMs;
  }
}
