import type { Loaded } from '../gateway.ts';
import type { CliContext } from './cliContext.ts';

/** The settings of a file, or of supergraph.yaml if there is one; throws a ConfigError. Loads every part, for their option schemas. */
export async function loadFile(file: string | null, { env }: CliContext): Promise<Loaded> {
  const { loadSettings, settingsSections } = await import('../config/config.ts');
  return loadSettings({ file, env, sections: settingsSections });
}
