import { counted } from './reportLines.ts';

/** What `sluice limits suggest` asks the admin for. */
export const suggestionQuery = `query suggest($lastSeconds: Int!) { usage(lastSeconds: $lastSeconds) { suggestedLimits {
  period { since until } operations calls limits { setting suggested p99 most values over overNames }
} } }`;

export interface ShownSuggestion {
  /** ISO 8601. */
  readonly period: { readonly since: string; readonly until: string };
  readonly operations: number;
  readonly calls: number;
  readonly limits: readonly ShownLimit[];
}

interface ShownLimit {
  /** As supergraph.yaml names it: `limits.operation.depth`. */
  readonly setting: string;
  readonly suggested: number;
  readonly p99: number;
  readonly most: number;
  readonly values: number;
  readonly over: number;
  readonly overNames: readonly string[];
}

/** A section for supergraph.yaml, each line with what it comes from. */
export function limitsYaml({ period, operations, calls, limits }: ShownSuggestion): string {
  const of = (prefix: string) => limits.filter(({ setting }) => setting.startsWith(prefix));
  const operation = of('limits.operation.').map(operationLine);
  const lines = [
    `# From what was answered between ${period.since} and ${period.until}: ${counted(calls, 'call')} of ${counted(operations, 'operation')}.`,
    '# Each number is half as much again as what 99 of 100 needed. Try it with "mode: log" first: what would have been refused is then',
    '# in the access log (wouldRefuse). Standard introspection needs a depth of 15 and some 400 tokens.',
    'limits:',
    ...(operation.length > 0 ? ['  operation:', ...operation] : []),
    ...rateLines('perAddress', 'address', limits),
    ...rateLines('perSession', 'identified session', limits),
  ];
  return lines.join('\n');
}

function operationLine({ setting, suggested, p99, most, over, overNames, values }: ShownLimit): string {
  const name = setting.slice('limits.operation.'.length);
  const told = name === 'cost' ? 'estimated, ' : '';
  const names = overNames.length > 0 ? ` (${overNames.join(', ')})` : '';
  const refused = over === 0 ? '' : `; ${over} of ${values} calls would be refused${names}`;
  return `    ${`${name}: ${suggested}`.padEnd(18)}  # ${told}99 % of calls have at most ${p99}, the most is ${most}${refused}`;
}

function rateLines(section: string, caller: string, limits: readonly ShownLimit[]): readonly string[] {
  const rate = limits.find(({ setting }) => setting === `limits.${section}.rate`);
  const burst = limits.find(({ setting }) => setting === `limits.${section}.burst`);
  if (!rate || !burst)
    return [
      `  # ${section}: nothing is known yet of what one ${caller} asks; a minute of them has to be over`,
    ];
  const over = rate.over === 0 ? '' : `; ${rate.over} would have been held up`;
  return [
    `  # ${rate.values} minutes of one ${caller}: 99 % had at most ${rate.p99} requests, the most is ${rate.most}${over}.`,
    `  # In the busiest second of each 99 % had at most ${burst.p99}, the most is ${burst.most}. Each gateway counted for itself.`,
    `  ${section}: { rate: ${rate.suggested}/m, burst: ${Math.max(burst.suggested, 1)} }`,
  ];
}
