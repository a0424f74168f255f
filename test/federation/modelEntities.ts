import type { FederatedModel } from './federatedModel.ts';

/** An object as resolvers see it; `__typename` is how the subgraph at hand calls it, `type` what it is. */
export interface DataNode {
  readonly __typename: string;
  readonly type: string;
  readonly id: string;
  /** What the gateway sent along with the key. */
  readonly representation?: Readonly<Record<string, unknown>>;
}

export interface ModelEntities {
  /** One of the few instances of an entity type, as the subgraph sees it; null is the whole. */
  entity(type: string, at: { index: number; subgraph: string | null }): DataNode;
  /** Values of the fields of keys. */
  codeOf(node: DataNode): string | number | null;
  regionOf(node: DataNode): DataNode;
  /** The entity a representation stands for, null when there is none. */
  find(representation: Readonly<Record<string, unknown>>, subgraph: string): DataNode | null;
}

export const instanceCount = 5;
const indexWithoutCode = 2;
const codes = ['', 'x', 'Zürich', '{"a":1}', '0', 'null'];

/** The entities of a model: their keys are among the values that are easily taken for nothing. */
export function createModelEntities(model: FederatedModel): ModelEntities {
  const mediaTypes = model.media?.implementations ?? [];
  const isMedia = (type: string): boolean => type === 'Media' || mediaTypes.includes(type);

  function entity(type: string, { index, subgraph }: { index: number; subgraph: string | null }): DataNode {
    if (!isMedia(type)) return { __typename: type, type, id: `${type[0]}${index}` };
    const wanted = type === 'Media' ? index : mediaTypes.indexOf(type) + mediaTypes.length * (index % 3);
    const actual = mediaTypes[wanted % mediaTypes.length] ?? 'Film';
    const seen = subgraph !== null && model.media?.objectHomes.includes(subgraph) ? 'Media' : actual;
    return { __typename: seen, type: actual, id: `m${wanted}` };
  }

  function codeOf(node: DataNode): string | number | null {
    const index = Number(node.id.slice(1));
    const entity = model.entities.find(({ name }) => name === node.type);
    if (entity?.codeMayBeNull && index === indexWithoutCode) return null;
    return entity?.code === 'String' ? (codes[index] ?? '') : index;
  }

  function regionOf(node: DataNode): DataNode {
    return { __typename: 'Region', type: 'Region', id: `r${Number(node.id.slice(1)) % 3}` };
  }

  return {
    entity,
    codeOf,
    regionOf,
    find(representation, subgraph) {
      const { __typename, id, code } = representation;
      const type = String(__typename);
      for (let index = 0; index <= instanceCount; index += 1) {
        const node = entity(type, { index, subgraph });
        if (id !== undefined ? node.id === id : codeOf(node) === code) return { ...node, representation };
      }
      return null;
    },
  };
}
