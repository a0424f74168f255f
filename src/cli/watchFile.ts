import type { Clock } from '../base/clock.ts';
import type { Loaded } from '../gateway.ts';
import type { CliContext } from './cliContext.ts';

export interface FileToWatch {
  readonly loaded: Loaded;
  /** As --config named it. */
  readonly named: string | null;
  readonly clock: Clock;
  readonly context: CliContext;
}

/** Applies each change of the settings' file; `apply` gives the names of settings that need a restart. A refused file leaves the old settings. */
export async function watchFile(
  { loaded, named, clock, context: { env, terminal } }: FileToWatch,
  apply: (next: Loaded) => Promise<readonly string[]>,
): Promise<{ close(): Promise<void> }> {
  if (loaded.file === null) return { close: async () => undefined };
  const { settingsSections, watchSettings } = await import('../config/config.ts');
  return watchSettings({
    file: named,
    env,
    sections: settingsSections,
    current: loaded,
    clock,
    async onChange(next, changed) {
      if (changed.length === 0) return;
      const waiting = await apply(next);
      if (waiting.length > 0) terminal.report(`sluice: these changes need a restart: ${waiting.join(', ')}`);
    },
    onRefused({ message }) {
      terminal.report(`sluice: the changed settings are refused and the old ones stay:\n${message}`);
    },
  });
}
