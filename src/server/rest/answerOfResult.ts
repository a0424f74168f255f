import { WrittenData } from '../../execution/execution.ts';
import type { Route } from '../../model/route.ts';
import type { ApolloAnswer } from '../apollo/apolloDoor.ts';
import type { SentResult } from '../apollo/item.ts';
import type { Answer } from '../respond.ts';
import { type ProblemError, problem } from './problem.ts';
import { statusOfCode } from './statusOfCode.ts';

export interface ResultParts {
  readonly route: Route;
  readonly requestId: string;
  /** Whether it is known who calls. */
  readonly identified: boolean;
}

/**
 * What a result is over REST: its data, or a problem. There is no half of it: where some of the data could not be had, a client that
 * reads no GraphQL would take its nulls for values (docs/decisions/0036).
 */
export function answerOfResult(
  { status, headers, result }: ApolloAnswer,
  { route, requestId, identified }: ResultParts,
): Answer {
  const errors: readonly ProblemError[] = result?.errors ?? [];
  // Refused, by us or a plugin: the status is chosen already.
  if (!result || result.data === undefined)
    return problem({ status: status < 400 ? 502 : status, requestId, errors, headers });
  if (errors.length > 0) {
    const statuses = errors.map(({ extensions }) => statusOfCode(extensions?.code, { identified }));
    const worst = Math.max(...statuses);
    const first = statuses.indexOf(worst);
    const inOrder = errors.toSpliced(first, 1).toSpliced(0, 0, errors[first] as ProblemError);
    return problem({ status: worst, requestId, errors: inOrder, headers });
  }
  const text = textOf(result);
  const value = rootValue(text, route);
  if (value === 'null' && route.definition.operation === 'query') {
    const message = 'There is nothing at this path: what it names does not exist.';
    return problem({
      status: 404,
      requestId,
      errors: [{ message, extensions: { code: 'NOT_FOUND' } }],
      headers,
    });
  }
  const told = { ...headers, ...degradedField(result.extensions) };
  const isMade = route.isCreation && value !== 'null';
  return { status: isMade ? 201 : status, headers: told, body: route.unwrap ? (value ?? 'null') : text };
}

/** The subgraphs for which something stood in, since the answer itself has no place to say so. */
function degradedField(extensions: unknown): Readonly<Record<string, string>> {
  const { degraded } = Object(extensions) as { readonly degraded?: readonly { readonly subgraph: string }[] };
  if (!degraded) return {};
  return { 'sluice-degraded': [...new Set(degraded.map(({ subgraph }) => subgraph))].join(', ') };
}

function textOf({ data }: SentResult): string {
  return data instanceof WrittenData ? data.text : JSON.stringify(data);
}

/** The text of the only root field's value; null where there are several, or none after all. */
function rootValue(text: string, { rootField }: Route): string | null {
  const before = `{"${rootField}":`;
  return rootField !== null && text.startsWith(before) ? text.slice(before.length, -1) : null;
}
