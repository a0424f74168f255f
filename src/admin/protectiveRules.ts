import { isoTime } from './isoTime.ts';
import type { RuleCount } from './ruleCounts.ts';

/** Sections of the settings by name; whatever in them has a mode is a rule. */
export type ProtectiveSettings = Readonly<Record<string, unknown>>;

interface FoundRule {
  readonly setting: string;
  readonly mode: string;
  readonly bounds: object;
}

/** Rules that nobody has set stand nowhere in the settings. */
const offUnlessSet = [
  'limits.perAddress',
  'limits.perSession',
  'limits.operation.cost',
  'limits.cost.perSession',
];

/** Every rule there is, with what it did. What refused and stands in no setting, as plugins' rules, is there too. */
export function protectiveRules(settings: ProtectiveSettings, counts: readonly RuleCount[]) {
  const set = Object.entries(settings).flatMap(([name, section]) => rulesIn(name, section));
  const unset = offUnlessSet
    .filter((setting) => !set.some((rule) => rule.setting === setting))
    .map((setting): FoundRule => ({ setting, mode: 'off', bounds: {} }));
  const rules = [...set, ...unset];
  const byRule = new Map<string, RuleCount[]>();
  for (const count of counts) {
    const rule = closest(rules, count.setting) ?? count.setting;
    byRule.set(rule, [...(byRule.get(rule) ?? []), count]);
  }
  const known = new Set(rules.map(({ setting }) => setting));
  const others = [...byRule.keys()]
    .filter((setting) => !known.has(setting))
    .map((setting): FoundRule => ({ setting, mode: 'enforce', bounds: {} }));
  return [...rules, ...others].map(({ mode, ...rule }) => ({
    ...rule,
    mode: mode.toUpperCase(),
    ...sumOf(byRule.get(rule.setting) ?? []),
  }));
}

function rulesIn(setting: string, value: unknown): readonly FoundRule[] {
  if (value === null || typeof value !== 'object') return [];
  const below = Object.entries(value).flatMap(([name, each]) =>
    rulesIn(Array.isArray(value) ? `${setting}[${name}]` : `${setting}.${name}`, each),
  );
  if (!('mode' in value) || typeof value.mode !== 'string') return below;
  const { mode, ...bounds } = value;
  return [{ setting, mode, bounds }, ...below];
}

/** The rule that a count is of: a quota's counts stand below its setting, by their unit. */
function closest(rules: readonly FoundRule[], setting: string): string | null {
  const above = rules
    .map((rule) => rule.setting)
    .filter((each) => setting === each || setting.startsWith(`${each}.`))
    .sort((one, other) => other.length - one.length);
  return above[0] ?? null;
}

function sumOf(counts: readonly RuleCount[]) {
  const [last] = [...counts].sort((one, other) => other.lastAtMs - one.lastAtMs);
  return {
    refused: counts.reduce((sum, { refused }) => sum + refused, 0),
    wouldRefuse: counts.reduce((sum, { wouldRefuse }) => sum + wouldRefuse, 0),
    lastAt: last ? isoTime(last.lastAtMs) : null,
    lastRequestId: last?.lastRequestId ?? null,
  };
}
