import type { InstanceAddress } from '../model/instanceAddress.ts';
import type { SubgraphSettings } from './subgraphSettings.ts';

/** The instances that supergraph.yaml lists, by subgraph; none for a subgraph that is called at its routing URL. */
export function listedInstances(
  subgraphs: Readonly<Record<string, SubgraphSettings>>,
): ReadonlyMap<string, readonly InstanceAddress[]> {
  return new Map(Object.entries(subgraphs).map(([name, { instances }]) => [name, instances]));
}
