import type { ToldDecision } from '../model/decision.ts';
import type { Secrets } from './secretsOf.ts';

/** Parts whose words may be a subgraph's, or quote what was sent. */
const quotingParts = new Set(['refusal', 'answer']);
const mark = '[left out]';

/** What was told, without what the request brought that is nobody else's business. */
export function withoutSecrets(
  { text, facts = {} }: ToldDecision,
  { part, secrets }: { readonly part: string; readonly secrets: Secrets },
): Required<ToldDecision> {
  const isQuoting = quotingParts.has(part);
  if (isQuoting && secrets.values === null)
    return { text: 'left out: the request holds more values than can be kept out of it', facts: {} };
  const sought = isQuoting ? [...secrets.credentials, ...(secrets.values ?? [])] : secrets.credentials;
  if (sought.length === 0) return { text, facts };
  const clean = (words: string): string =>
    sought.reduce((left, secret) => left.replaceAll(secret, mark), words);
  return { text: clean(text), facts: cleaned(facts, clean) as Record<string, unknown> };
}

function cleaned(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((item) => cleaned(item, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cleaned(each, clean)]));
}
