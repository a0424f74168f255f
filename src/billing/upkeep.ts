import type { Clock } from '../base/clock.ts';
import type { BillingMeter } from './billingMeter.ts';
import type { BillingStore } from './billingStore.ts';
import { bytesOfOthers } from './bytesOfOthers.ts';
import type { Agreements, createEnrolments } from './enrolments.ts';
import { removeOldKept } from './removeOldKept.ts';

export interface UpkeepParts {
  readonly store: Pick<BillingStore, 'adopt'>;
  readonly enrolments: Pick<ReturnType<typeof createEnrolments>, 'keep'>;
  readonly meter: Pick<BillingMeter, 'noteAdopted'>;
  /** Holds the folders of all logs. */
  readonly dir: string;
  /** Names the log of this process. */
  readonly instance: string;
  /** How long files are kept once they are stored; 0 for not at all. */
  readonly keepMs: number;
  readonly clock: Clock;
  readonly agreements: () => Agreements;
}

/** What is done beside storing the own log. */
export interface Upkeep {
  /** Has what other processes left count where the log is bounded. */
  lookAtOthers(): Promise<void>;
  /** Bytes that other processes have left or still write, when they were looked at last. */
  othersBytes(): number;
  /** Keeps who is on which plan; once a minute adds up what ended processes left, and lets go of old files. */
  run(): Promise<void>;
}

const adoptEveryMs = 60_000;

export function createUpkeep(parts: UpkeepParts): Upkeep {
  const { store, enrolments, meter, dir, instance, keepMs, clock, agreements } = parts;
  let adoptedAtMs: number | null = null;

  let othersBytes = 0;

  const lookAtOthers = async (): Promise<void> => {
    othersBytes = await bytesOfOthers(dir, instance);
  };
  return {
    lookAtOthers,
    othersBytes: () => othersBytes,
    async run() {
      await enrolments.keep(agreements());
      const nowMs = clock.monotonicMs();
      if (adoptedAtMs !== null && nowMs - adoptedAtMs < adoptEveryMs) return;
      const adopted = await store.adopt({ own: instance, nowMs: clock.wallMs(), isKept: keepMs > 0 });
      meter.noteAdopted(adopted);
      await lookAtOthers();
      await removeOldKept(dir, { untilMs: clock.wallMs() - keepMs });
      adoptedAtMs = nowMs;
    },
  };
}
