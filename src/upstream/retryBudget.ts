import { SlidingWindow } from './slidingWindow.ts';

export interface BudgetOptions {
  /** Of the calls in the window. */
  readonly share: number;
  readonly perSecond: number;
}

const windowMs = 10_000;
const calls = 0;
const retries = 1;

/** How much may be tried again: a share of the calls of the last ten seconds, or a few a second where there are hardly any calls. */
export class RetryBudget {
  #options: BudgetOptions;
  readonly #window = new SlidingWindow(windowMs, 2);

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  reconfigure(options: BudgetOptions): void {
    this.#options = options;
  }

  noteCall(nowMs: number): void {
    this.#window.add(nowMs, calls);
  }

  /** Whether one more is in it, which is then used up. */
  take(nowMs: number): boolean {
    const { share, perSecond } = this.#options;
    const most = Math.max(this.#window.sum(nowMs, calls) * share, (perSecond * windowMs) / 1000);
    if (this.#window.sum(nowMs, retries) + 1 > most) return false;
    this.#window.add(nowMs, retries);
    return true;
  }
}
