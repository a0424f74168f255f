import { BREAK, Kind, visit } from 'graphql';
import type { Outcome } from '../model/outcome.ts';

/** What came with a request and must not be in what is told of it. */
export interface Secrets {
  /** Tokens and keys as they were shown. */
  readonly credentials: readonly string[];
  /** Values of variables and literals, as texts; null where there are too many to look for each. */
  readonly values: readonly string[] | null;
}

const credentialHeaders = ['authorization', 'proxy-authorization', 'x-api-key', 'cookie'] as const;
/** Longer than the names of schemes. */
const leastCredential = 8;
/** Shorter ones are in any text: they are looked for between quotation marks only. */
const leastValue = 4;
const maxValues = 500;
/** Values that are looked at; most are short numbers and words, or there are very many. */
const maxLooks = 5000;

export function secretsOf({ arrival, asked }: Outcome): Secrets {
  const credentials = credentialHeaders.flatMap((name) => {
    const value = arrival.headers[name];
    return value === undefined ? [] : [String(value), ...String(value).split(/\s+/, 10)];
  });
  const values = createValues();
  for (const { operation } of asked) {
    if (!operation) continue;
    values.add(operation.variables);
    visit(operation.document.document, {
      enter(node) {
        if (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT)
          values.add(node.value);
        return values.areTooMany() ? BREAK : undefined;
      },
    });
  }
  return {
    credentials: longestFirst(credentials.filter(({ length }) => length >= leastCredential)),
    values: values.areTooMany() ? null : longestFirst(values.found),
  };
}

function createValues() {
  const found = new Set<string>();
  let looks = 0;
  const areTooMany = (): boolean => found.size > maxValues || looks > maxLooks;

  /** Walks no further than it takes to know that there are too many. */
  function add(value: unknown): void {
    looks += 1;
    if (typeof value === 'string' || typeof value === 'number') {
      const text = String(value);
      // Who quotes it may write it as JSON does.
      if (text.length >= leastValue) found.add(text).add(JSON.stringify(text).slice(1, -1));
      else if (text !== '') for (const mark of ['"', "'", '`']) found.add(mark + text + mark);
    } else if (typeof value === 'object' && value !== null) {
      for (const each of Object.values(value)) {
        if (areTooMany()) return;
        add(each);
      }
    }
  }
  return { found, add, areTooMany };
}

function longestFirst(texts: Iterable<string>): readonly string[] {
  return [...new Set(texts)].sort((one, other) => other.length - one.length);
}
