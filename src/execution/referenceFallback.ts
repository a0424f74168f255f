import type { SluiceError } from '../base/errors.ts';
import type { DegradedPart, Fallbacks } from '../model/fallbacks.ts';
import {
  areCovered,
  type BroughtField,
  broughtFields,
  coordinatesOf,
  mayBeReplaced,
} from './broughtFields.ts';

/** A request to a subgraph that failed, as Apollo's gateway sent it. */
interface FailedRequest {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly failure: SluiceError;
}

export interface Replaced {
  /** As the subgraph would have answered. */
  readonly data: Record<string, unknown>;
  readonly part: DegradedPart;
}

/** An answer made of what is declared for the fields of a request; null when something of it has nothing. */
export function referenceFallback(
  { subgraph, query, variables, failure }: FailedRequest,
  fallbacks: Fallbacks,
): Replaced | null {
  if (!mayBeReplaced(failure, fallbacks)) return null;
  const { representations } = variables;
  const isOfEntities = Array.isArray(representations);
  const brought = broughtFields(query, isOfEntities ? 'entities' : 'query');
  if (!areCovered(brought, { subgraph, fallbacks })) return null;
  const objectOf = (fields: readonly BroughtField[]): Record<string, unknown> =>
    Object.fromEntries(
      fields.map(({ name, coordinate }) => [name, structuredClone(fallbacks.fields.get(coordinate) ?? null)]),
    );
  const entityOf = ({ __typename }: { __typename?: unknown }): Record<string, unknown> => ({
    __typename,
    ...objectOf(brought.filter(({ type }) => type === __typename)),
  });
  const data = isOfEntities ? { _entities: representations.map(entityOf) } : objectOf(brought);
  return { data, part: { subgraph, code: failure.code, fields: coordinatesOf(brought) } };
}
