import { GraphQLError } from 'graphql';
import { type FederatedModel, findField, mediaName } from './federatedModel.ts';
import type { DataNode } from './modelEntities.ts';
import type { modelFederation } from './modelFederation.ts';

export type IsDenied = (type: string, field: string) => boolean;

/** What is denied while an operation runs, and what of it subgraphs were asked for. */
export interface Watch {
  isDenied: IsDenied;
  readonly fetched: Set<string>;
}

/** The whole as one schema refuses what is denied, as resolvers of its own would; what a subgraph is asked of it is noted. */
export function watchData(
  model: FederatedModel,
  watch: Watch,
): NonNullable<Parameters<typeof modelFederation>[1]> {
  return (value) => (parent, asked) => {
    const { type } = parent as DataNode;
    const { field, subgraph } = asked;
    if (!watch.isDenied(type, field)) return value(parent, asked);
    if (subgraph === null)
      throw new GraphQLError('Denied', { extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } });
    if (!isFetchedAnyway(model, { type, field, isDenied: watch.isDenied }))
      watch.fetched.add(`${type}.${field}`);
    return value(parent, asked);
  };
}

const keyFields: ReadonlySet<string> = new Set(['id', 'code', 'region']);

/** Entities are looked up by keys; and below interface objects the planner forgets which types were meant (abstractTypes.test.ts). */
function isFetchedAnyway(
  model: FederatedModel,
  { type, field, isDenied }: { readonly type: string; readonly field: string; readonly isDenied: IsDenied },
): boolean {
  if (keyFields.has(field) || type === 'Region') return true;
  const isOfMedia = findField(model, { type, field })?.owner === mediaName;
  return isOfMedia && model.media?.implementations.some((other) => !isDenied(other, field)) === true;
}
