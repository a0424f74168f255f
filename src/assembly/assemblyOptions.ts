import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { StartThread } from '../base/startThread.ts';
import type { LoadedSettings, settingsSections } from '../config/config.ts';
import type { LeveledLog } from '../model/log.ts';

/** Settings, and where they came from. */
export type Loaded = LoadedSettings<typeof settingsSections>;

export interface AssemblyOptions {
  /** `dev` serves GraphiQL, listens on loopback, and lets listed files break clients: there is one client, who wrote them. */
  readonly mode: 'serve' | 'dev';
  readonly log: LeveledLog;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly startThread?: StartThread;
}

export interface Assembly extends Required<AssemblyOptions> {
  /** The settings in force; what can change while the gateway runs is read from here each time. */
  readonly live: { loaded: Loaded };
  /** The folder for what parts keep on disk. */
  readonly dir: string;
  /** Sees to it that a part is closed at the end. */
  closed<Part extends { close(): void | Promise<void> }>(part: Part): Part;
  atEnd(run: () => void | Promise<void>): void;
  close(): Promise<void>;
}
