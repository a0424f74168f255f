import type { FederatedModel } from './federatedModel.ts';
import { createFederation, type FederationData } from './federation.ts';
import { createModelData } from './modelData.ts';
import type { DataNode } from './modelEntities.ts';
import { renderSubgraph } from './renderSubgraph.ts';

type Value = FederationData['value'];

/** The federation a model describes, or why it does not compose; `around` may stand between its schemas and its data. */
export function modelFederation(
  model: FederatedModel,
  around: (value: Value) => Value = (value) => value,
): ReturnType<typeof createFederation> {
  const data = createModelData(model);
  const sdl = Object.fromEntries(
    model.subgraphs.map((subgraph) => [subgraph, renderSubgraph(model, subgraph)]),
  );
  return createFederation(sdl, {
    root: (operation) => data.root(operation),
    find: (representation, subgraph) => data.find(representation, subgraph),
    value: around((parent, { field, args, subgraph }) =>
      data.value(parent as DataNode, { field, args, subgraph }),
    ),
  });
}
