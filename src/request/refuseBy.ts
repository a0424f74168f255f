import { SluiceError } from '../base/errors.ts';
import type { Rule } from '../model/gatewayPlugin.ts';

/** What to call a rule before its developer, with its line in supergraph.yaml; null where clients must not be told. */
export type NameRule = (rule: Rule) => string | null;

/** A rule that is enforced throws its refusal; one that only logs notes its setting. */
export function refuseBy(
  rule: Rule,
  refusal: SluiceError,
  { nameRule, note }: { nameRule: NameRule; note(setting: string): void },
): void {
  if (rule.mode === 'log') {
    note(rule.setting);
    return;
  }
  const { code, message, status, headers, extensions, detail = rule.setting } = refusal;
  const name = nameRule(rule);
  const named = name === null ? message : `${message} [${name}]`;
  throw new SluiceError(code, named, { status, headers, extensions, detail, rule: rule.setting });
}
