import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { ConfigError, type ConfigFault } from './configError.ts';
import { deepFreeze } from './deepFreeze.ts';
import { describeIssues } from './describeIssues.ts';
import type { Environment } from './expandText.ts';
import { hiddenTexts } from './isHidden.ts';
import { overrideFromEnvironment } from './overrideFromEnvironment.ts';
import { readYaml } from './readYaml.ts';
import { pathText, type SettingsPath } from './settingsPath.ts';
import { fileShape, type Sections, type Shape } from './shape.ts';
import { federationVersion, type SubgraphSettings, subgraphsSection } from './subgraphSettings.ts';
import { hiddenText } from './withoutCredentials.ts';
import { replaceAt, valueAt, type Written } from './written.ts';

/** Everything supergraph.yaml says, complete: a property a section, as the part that owns it wants it. */
export type SettingsOf<S extends Sections> = {
  readonly federation_version: string | null;
  readonly subgraphs: Readonly<Record<string, SubgraphSettings>>;
} & { readonly [Name in keyof S]: z.output<S[Name]> };

/** Where a setting came from. */
export type SettingSource =
  | { readonly kind: 'default' }
  | { readonly kind: 'environment'; readonly variable: string }
  | {
      readonly kind: 'file';
      readonly file: string;
      readonly line: number;
      readonly column: number;
      /** References it was made of, such as `${PORT}`. */
      readonly references: readonly string[];
    };

/** Settings with their story; deeply frozen. */
export interface ReadSettings<S extends Sections> {
  readonly settings: SettingsOf<S>;
  /** What relative paths of the file start from; absolute. */
  readonly folder: string;
  /** Of a path such as `server.port`, or its steps. */
  sourceOf(path: string | SettingsPath): SettingSource;
  /** What was written, for printing. */
  readonly written: Written;
  readonly shape: Shape;
}

export interface ReadSettingsOptions<S extends Sections> {
  /** The file as the operator named it: faults repeat it, and relative paths start from its folder. */
  readonly file: string;
  readonly env: Environment;
  readonly sections: S;
}

/** The text of a supergraph.yaml, checked and completed. Throws one ConfigError with everything that is wrong. */
export function readSettings<S extends Sections>(
  text: string,
  options: ReadSettingsOptions<S>,
): ReadSettings<S> {
  const { file, env } = options;
  const folder = dirname(resolve(file));
  const sections = allSections(options.sections, folder);
  const shape = fileShape(sections);
  const written = readYaml(text, { file, env, folder });
  overrideFromEnvironment(written, sections, env);

  const faults = [...written.faults, ...unknownSections(written, shape)];
  const settings: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(sections)) {
    const section = readSection(name, schema, { written, shape });
    if (section.success) settings[name] = section.data;
    else faults.push(...section.faults);
  }
  if (faults.length > 0) throw new ConfigError(withoutSecrets(faults, { written, shape }));
  return {
    settings: deepFreeze(settings) as SettingsOf<S>,
    folder,
    sourceOf: (path) => sourceOf(typeof path === 'string' ? path : pathText(path), written),
    written,
    shape,
  };
}

/** The parts' sections and those that belong to no part. */
export function allSections(sections: Sections, folder: string): Sections {
  return { federation_version: federationVersion, subgraphs: subgraphsSection(folder), ...sections };
}

interface ReadSectionOptions {
  readonly written: Written;
  readonly shape: Shape;
}

type SectionOutcome =
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly faults: readonly ConfigFault[] };

function readSection(name: string, schema: z.ZodType, options: ReadSectionOptions): SectionOutcome {
  const { written, shape } = options;
  const sectionDefault = shape.properties?.[name];
  const absent = typeof sectionDefault === 'object' ? sectionDefault.default : undefined;
  // `limits:` with nothing but comments under it is an empty section.
  if (written.root[name] === null) delete written.root[name];
  const parse = () => schema.safeParse(written.root[name] ?? structuredClone(absent));
  let parsed = parse();
  if (!parsed.success && takeAsText(parsed.error.issues, name, written)) parsed = parse();
  if (parsed.success) return parsed;
  return { success: false, faults: describeIssues(parsed.error.issues, [name], options) };
}

/**
 * `token: ${TOKEN}` with TOKEN=12345 is typed as a number; where a number was refused, the variable's text is what was meant.
 * Returns whether anything was exchanged.
 */
function takeAsText(
  issues: readonly z.core.$ZodIssue[],
  section: string,
  { root, places }: Written,
): boolean {
  let exchanged = false;
  for (const path of refusedPaths(issues, [section])) {
    const text = places.get(pathText(path))?.text ?? null;
    if (text === null || valueAt(root, path) === text) continue;
    replaceAt(root, path, text);
    exchanged = true;
  }
  return exchanged;
}

function refusedPaths(issues: readonly z.core.$ZodIssue[], base: SettingsPath): readonly SettingsPath[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
    const inner =
      issue.code === 'invalid_union' ? issue.errors.flatMap((branch) => refusedPaths(branch, path)) : [];
    return [path, ...inner];
  });
}

/** A part's own message may repeat what it refused. */
function withoutSecrets(
  faults: readonly ConfigFault[],
  { written, shape }: ReadSectionOptions,
): readonly ConfigFault[] {
  const secrets = hiddenTexts(written, shape);
  return faults.map((fault) => ({
    ...fault,
    message: secrets.reduce((message, secret) => message.replaceAll(secret, () => hiddenText), fault.message),
  }));
}

function unknownSections(written: Written, shape: Shape): readonly ConfigFault[] {
  const keys = Object.keys(written.root).filter((key) => !Object.hasOwn(shape.properties ?? {}, key));
  if (keys.length === 0) return [];
  return describeIssues([{ code: 'unrecognized_keys', keys, path: [], message: '' }], [], { written, shape });
}

function sourceOf(path: string, { places }: Written): SettingSource {
  const place = places.get(path);
  if (!place) return { kind: 'default' };
  const { file, line, column, references } = place;
  if (line === null || column === null)
    return { kind: 'environment', variable: file.replace(' (environment)', '') };
  return { kind: 'file', file, line, column, references };
}
