import type { GraphQLError } from 'graphql';
import type { WrittenData } from './writtenData.ts';

/** A GraphQL result; `data` is null when nothing could be had, and missing when nothing was executed. */
export interface EngineResult {
  readonly data?: WrittenData | Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLError[];
}
