import type { LoadedSettings, settingsSections } from '../config/config.ts';
import type { NameRule } from '../request/request.ts';

/** In dev a refusal names its rule and where that stands; other clients need not know how the gateway is protected. */
export function ruleNamer({
  mode,
  live,
}: {
  readonly mode: 'serve' | 'dev';
  readonly live: { readonly loaded: LoadedSettings<typeof settingsSections> };
}): NameRule {
  if (mode !== 'dev') return () => null;
  return ({ setting }) => {
    const source = live.loaded.sourceOf(setting);
    const place = source.kind === 'file' ? `${source.file}:${source.line}` : source.kind;
    return `${setting}, ${place}`;
  };
}
