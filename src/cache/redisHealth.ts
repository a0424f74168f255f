import type { Log } from '../model/log.ts';

/** So many failures in a row, and it is asked no more until it answers in time again. */
const maxFailures = 3;

/** Whether Redis is asked for what it keeps. */
export class RedisHealth {
  readonly #patienceMs: number;
  readonly #log: Pick<Log, 'info' | 'warn'>;
  #failures = 0;
  #inARow = 0;

  constructor(patienceMs: number, log: Pick<Log, 'info' | 'warn'>) {
    this.#patienceMs = patienceMs;
    this.#log = log;
  }

  /** Since the start. */
  get failures(): number {
    return this.#failures;
  }

  isWell(): boolean {
    return this.#inARow < maxFailures;
  }

  hasFailed(): void {
    this.#failures += 1;
    this.#inARow += 1;
    if (this.#inARow === maxFailures)
      this.#log.warn({ patienceMs: this.#patienceMs }, 'Redis fails or answers too late: it is not asked');
  }

  /** One that answers late is not back: what is asked of it would cost each request all its patience. */
  hasAnswered(tookMs: number): void {
    if (tookMs > this.#patienceMs) return;
    if (!this.isWell()) this.#log.info({}, 'Redis answers in time again: it is asked');
    this.#inARow = 0;
  }
}
