import type { FederatedModel, FieldModel } from './federatedModel.ts';
import { type DataNode, instanceCount, type ModelEntities } from './modelEntities.ts';

const texts = ['', 'x', 'Zürich', '{"a":1}', '0', 'null', 'line\nbreak', '__proto__'];
const numbers = [0, 1, -1, 42, 2147483647, -2147483648];
const jsonTexts = [
  '{"a":[1,null,{"b":"c"}],"__typename":"Fake"}',
  '0',
  'false',
  '""',
  '[]',
  '{}',
  '{"__proto__":{"polluted":true},"constructor":1}',
  '[[1,[2]],"x"]',
];

export interface ValuePlace {
  readonly seed: string;
  readonly subgraph: string | null;
  readonly owner: FieldModel;
  readonly mayFault: boolean;
}

/** Builds the value of a field of this type from the seed of its place, always the same. */
export function createModelValues(
  model: FederatedModel,
  { entity }: ModelEntities,
): (type: string, place: ValuePlace) => unknown {
  const hash = (text: string): number => hashOf(model.seed, text);

  function object(type: string, at: { seed: string; subgraph: string | null; owner: FieldModel }): DataNode {
    const possible = possibleTypes(type, at.owner);
    if (possible) {
      const chosen = possible[hash(`${at.seed}#`) % possible.length] ?? type;
      return object(chosen, at);
    }
    if (type === 'Query') return { __typename: type, type, id: '' };
    const isEntity = type === 'Media' || model.entities.some(({ name }) => name === type);
    if (isEntity) return entity(type, { index: hash(at.seed) % instanceCount, subgraph: at.subgraph });
    return { __typename: type, type, id: String(hash(at.seed)) };
  }

  function possibleTypes(type: string, owner: FieldModel): readonly string[] | null {
    const subgraph = owner.owners[0] ?? '';
    if (type === 'Named') return model.named[subgraph] ?? [];
    if (type === 'Thing') return model.thing[subgraph] ?? [];
    return null;
  }

  function build(type: string, place: ValuePlace): unknown {
    if (type.endsWith('!')) {
      const named = type.slice(0, -1);
      const faulty = place.mayFault && !named.startsWith('[') && !isObject(named);
      return faulty && hash(`${place.seed}!`) % 9 === 0 ? null : buildPresent(named, place);
    }
    return hash(`${place.seed}?`) % 6 === 0 ? null : buildPresent(type, place);
  }

  function buildPresent(type: string, place: ValuePlace): unknown {
    if (!type.startsWith('[')) return isObject(type) ? object(type, place) : leaf(type, hash(place.seed));
    const length = hash(`${place.seed}[]`) % 5;
    return Array.from({ length }, (_item, index) =>
      build(type.slice(1, -1), { ...place, seed: `${place.seed}/${index}` }),
    );
  }

  function isObject(type: string): boolean {
    return (
      ['Media', 'Named', 'Thing', 'Query'].includes(type) ||
      [...model.entities, ...model.values].some(({ name }) => name === type)
    );
  }

  return build;
}

function leaf(type: string, at: number): unknown {
  switch (type) {
    case 'Int':
      return numbers[at % numbers.length];
    case 'Float':
      return (at % 2000) / 8 - 100;
    case 'Boolean':
      return at % 2 === 1;
    case 'Color':
      return ['RED', 'GREEN', 'BLUE'][at % 3];
    case 'JSON':
      return JSON.parse(jsonTexts[at % jsonTexts.length] ?? 'null') as unknown;
    case 'ID':
      return `i${at % 100}`;
    default:
      return at % 2 === 0 ? (texts[(at >> 1) % texts.length] ?? '') : `s${at % 1000}`;
  }
}

function hashOf(seed: number, text: string): number {
  let value = 2166136261 ^ seed;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
  value = Math.imul(value ^ (value >>> 15), 2246822507);
  return (value ^ (value >>> 13)) >>> 0;
}
