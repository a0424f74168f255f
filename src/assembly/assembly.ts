/**
 * Assembly: what `gateway.ts` puts the parts together with. The settings in force, the means that every part is given, the order in
 * which parts are closed, and, in files of their own, the few things that take more than a line to build. No part is built
 * anywhere else than in `gateway.ts` and here, and nothing here knows what parts do.
 *
 *     const assembly = createAssembly(loaded, { mode: 'serve', log });
 *     const planning = assembly.closed(createPlanning(assembly.live.loaded.settings.planning, assembly));
 *     await assembly.close();     // what was built first is closed last
 */
import { resolve } from 'node:path';
import { type Clock, systemClock } from '../base/clock.ts';
import { Disposer } from '../base/disposer.ts';
import { type Random, systemRandom } from '../base/random.ts';
import type { LoadedSettings, settingsSections } from '../config/config.ts';
import type { LeveledLog } from '../model/log.ts';

export { createLiveOptions, type LiveOptions } from './liveOptions.ts';
export { type Observability, openObservability } from './openObservability.ts';
export { openSource } from './openSource.ts';
export { placedIdentity } from './placedIdentity.ts';
export { quotasOfConsumers } from './quotasOfConsumers.ts';
export { recordAll } from './recordAll.ts';
export { ruleNamer } from './ruleNamer.ts';

/** Settings, and where they came from. */
export type Loaded = LoadedSettings<typeof settingsSections>;

export interface AssemblyOptions {
  /** `dev` serves GraphiQL, listens on loopback, and lets listed files break clients: there is one client, who wrote them. */
  readonly mode: 'serve' | 'dev';
  readonly log: LeveledLog;
  readonly clock?: Clock;
  readonly random?: Random;
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

export function createAssembly(loaded: Loaded, options: AssemblyOptions): Assembly {
  const closing = new Disposer();
  return {
    clock: systemClock,
    random: systemRandom,
    ...options,
    live: { loaded },
    dir: resolve(loaded.folder, loaded.settings.storage.dir),
    closed(part) {
      closing.add(() => part.close());
      return part;
    },
    atEnd: (run) => closing.add(run),
    close: () => closing.dispose(),
  };
}
