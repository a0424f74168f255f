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
import { systemClock } from '../base/clock.ts';
import { Disposer } from '../base/disposer.ts';
import { systemRandom } from '../base/random.ts';
import { startThread } from '../base/startThread.ts';
import type { Assembly, AssemblyOptions, Loaded } from './assemblyOptions.ts';

export { applySettings } from './applySettings.ts';
export type { Assembly, AssemblyOptions, Loaded } from './assemblyOptions.ts';
export { createLiveOptions, type LiveOptions } from './liveOptions.ts';
export { openDocuments } from './openDocuments.ts';
export { openDoors } from './openDoors.ts';
export { openGenerations } from './openGenerations.ts';
export { openKept } from './openKept.ts';
export { type Observability, openObservability } from './openObservability.ts';
export { openPlugins, type PluginsToOrder } from './openPlugins.ts';
export { placedIdentity } from './placedIdentity.ts';
export { quotasOfConsumers } from './quotasOfConsumers.ts';
export { recordAll } from './recordAll.ts';
export { ruleNamer } from './ruleNamer.ts';

export function createAssembly(loaded: Loaded, options: AssemblyOptions): Assembly {
  const closing = new Disposer();
  return {
    clock: systemClock,
    random: systemRandom,
    startThread,
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
