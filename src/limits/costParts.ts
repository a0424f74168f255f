import type { GraphQLSchema } from 'graphql';
import type { SchemaRules } from '../model/schemaRules.ts';

export type CostRules = Pick<SchemaRules, 'weights' | 'listSizes'>;

/** Variables as sent and checked, with the defaults of those that were not. */
export type Variables = Readonly<Record<string, unknown>>;

/** What costs are told from. */
export interface CostParts {
  readonly schema: GraphQLSchema;
  readonly rules: CostRules;
  /** How long a list is taken to be of which nothing is said. */
  readonly listSize: number;
}
