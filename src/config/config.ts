/**
 * Config: what the operator wants, from supergraph.yaml and the environment, as one frozen object with a section per part.
 *
 *     const loaded = await loadSettings({ file: null, env: process.env, sections: settingsSections });
 *     loaded.settings.server.port;            // 4000
 *     loaded.sourceOf('server.port');         // { kind: 'default' }
 *     printSettings(loaded);                  // the same as YAML, secrets hidden
 *     const watch = watchSettings({ ...options, current: loaded, clock, onChange, onRefused });
 *
 * A part owns its options: it exports a zod schema from its door, and `settingsSections.ts` names it, nothing else. The same schema checks,
 * completes, and (as JSON Schema) says what would have been allowed, what is a default and what is a secret.
 *
 * The way of a text: `parseYaml` (syntax), `readYaml` (values with their places, references put in), `overrideFromEnvironment`, each
 * section's schema, `describeIssues` (zod's issues as faults with line and column). Everything that is wrong is told at once, in one
 * ConfigError. Nothing in here knows what the settings mean, and nothing is applied here: that is for who listens to `onChange`.
 */
import type { SettingsOf } from './readSettings.ts';
import type { settingsSections } from './settingsSections.ts';

export { ConfigError, type ConfigFault } from './configError.ts';
export type { Environment } from './expandText.ts';
export type { ListedSubgraphs } from './followListed.ts';
export { listedInstances } from './listedInstances.ts';
export { defaultFile, type LoadedSettings, type LoadSettingsOptions, loadSettings } from './loadSettings.ts';
export { needRestart } from './needRestart.ts';
export { type PrintFormat, printSettings } from './printSettings.ts';
export { type PublishListedParts, publishListed } from './publishListed.ts';
export {
  type ReadSettings,
  type ReadSettingsOptions,
  readSettings,
  type SettingSource,
  type SettingsOf,
} from './readSettings.ts';
export { settingsJsonSchema } from './settingsJsonSchema.ts';
export type { SettingsPath } from './settingsPath.ts';
export { settingsSections } from './settingsSections.ts';
export type { Sections } from './shape.ts';
export type { ImportedSource, SubgraphSchemaSource, SubgraphSettings } from './subgraphSettings.ts';
export { type SettingsWatch, type WatchSettingsOptions, watchSettings } from './watchSettings.ts';

/** The settings of Sluice itself: what `gateway.ts` hands out to the parts, section by section. */
export type Config = SettingsOf<typeof settingsSections>;
