/**
 * Explain: why a request got the answer it got. Whoever decides something about a request notes it in passing
 * (model/decision.ts); nothing is put into words before the request has been answered, and only for those that are kept: requests
 * with errors, slow ones, those whose client left, and a sample (`selection.ts`). `explanationOf.ts` makes a timeline of what was
 * noted and what the outcome says anyway, without tokens, keys and the values of variables (`withoutSecrets.ts`).
 *
 * The last ones are in memory; a second later they are in the store too, from where other gateways and later runs find them, for a
 * while. It decides nothing itself, and no request waits for it.
 *
 *   const explain = createExplain(explainOptions.parse({}), { storage, storeThread, folder, clock, random, log });
 *   explain.record(outcome);
 *   await explain.explanations.find('0b6e…');   // [{ status: 200, why: 'error', decisions: [{ part: 'limits', text: '…' }] }]
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { siblingModule } from '../base/siblingModule.ts';
import type { Log } from '../model/log.ts';
import type { Outcome } from '../model/outcome.ts';
import type { StorageOptions, StoreThread } from '../storage/storage.ts';
import type { ExplainOptions } from './explainOptions.ts';
import type { Explanation } from './explanation.ts';
import { explanationOf } from './explanationOf.ts';
import type { ExplanationStore } from './explanationStore.ts';
import { createRecentExplanations } from './recentExplanations.ts';
import { createSelection } from './selection.ts';
import { createWriting } from './writing.ts';

export { type ExplainOptions, explainOptions } from './explainOptions.ts';
export type { ExplainedDecision, Explanation, WhyKept } from './explanation.ts';

export interface ExplainParts {
  /** Where they are kept: beside the rest, in a file of its own where that is SQLite. */
  readonly storage: StorageOptions;
  /** Has the store, so that no request waits for it. */
  readonly storeThread: StoreThread;
  /** What relative paths start from. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What can be asked; STORE_UNAVAILABLE when the store is at fault and memory does not have it. */
export interface Explanations {
  /** Of this request id, newest first; a trusted proxy may give one id to several requests. */
  find(requestId: string): Promise<readonly Explanation[]>;
  /** The last ones of all gateways on this store, newest first. */
  last(first: number): Promise<readonly Explanation[]>;
  /** Requests of this process that should have been kept, and came too many at once. */
  skipped(): number;
}

export interface Explain {
  record(outcome: Outcome): void;
  /** Null when it is switched off. */
  readonly explanations: Explanations | null;
  close(): Promise<void>;
}

export function createExplain(options: ExplainOptions, parts: ExplainParts): Explain {
  if (!options.enabled) return { record: () => undefined, explanations: null, close: async () => undefined };
  const { storage, storeThread, folder, clock, random, log } = parts;
  const selection = createSelection({ slowMs: options.slow, sample: options.sample, random, clock });
  const recent = createRecentExplanations({ maxBytes: options.memory });
  const { store, close } = storeThread.open<ExplanationStore>({
    opener: { module: siblingModule(import.meta.url, 'openExplanationStore'), name: 'openExplanationStore' },
    data: { storage, folder },
    methods: { write: true, find: true, last: true, purge: true },
    what: 'explanations',
  });
  const bounds = { retentionMs: options.retention, max: options.max };
  const writing = createWriting({ recent, store, instance: randomUUID(), bounds, clock, log });
  return {
    record(outcome) {
      const why = selection.whyKept(outcome);
      if (why !== null) recent.add(explanationOf(outcome, { why, wallMs: clock.wallMs() }));
    },
    explanations: {
      async find(requestId) {
        const here = recent.find(requestId);
        return here.length > 0 ? here : await store.find(requestId);
      },
      async last(first) {
        await writing.write();
        return await store.last(first);
      },
      skipped: selection.skipped,
    },
    async close() {
      await writing.close();
      await close();
    },
  };
}
