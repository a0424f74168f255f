import {
  argumentsOf,
  type FederatedModel,
  type FieldModel,
  findField,
  type RequiredField,
} from './federatedModel.ts';

/** An object as resolvers see it; `__typename` is how the subgraph at hand calls it, `type` what it is. */
export interface DataNode {
  readonly __typename: string;
  readonly type: string;
  readonly id: string;
  /** What the gateway sent along with the key. */
  readonly representation?: Readonly<Record<string, unknown>>;
}

export interface ModelData {
  /** Every value is a pure function of type, id, field and arguments. `subgraph` is null for the whole. */
  value(
    node: DataNode,
    asked: { field: string; args: Readonly<Record<string, unknown>>; subgraph: string | null },
  ): unknown;
  /** The entity a representation stands for, null when there is none. */
  find(representation: Readonly<Record<string, unknown>>, subgraph: string): DataNode | null;
  root(operation: string): DataNode;
}

const instanceCount = 5;
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

export function createModelData(model: FederatedModel): ModelData {
  function hash(text: string): number {
    let value = 2166136261 ^ model.seed;
    for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
    value = Math.imul(value ^ (value >>> 15), 2246822507);
    return (value ^ (value >>> 13)) >>> 0;
  }

  const required = new Set(
    [...model.entities, ...(model.media ? [{ name: 'Media', fields: model.media.fields }] : [])].flatMap(
      ({ name, fields }) =>
        fields.flatMap((field) => (field.requires ?? []).map((one) => `${name}.${one.name}`)),
    ),
  );
  const mediaTypes = model.media?.implementations ?? [];
  const isMedia = (type: string): boolean => type === 'Media' || mediaTypes.includes(type);

  function entity(type: string, { index, subgraph }: { index: number; subgraph: string | null }): DataNode {
    if (!isMedia(type)) return { __typename: type, type, id: `${type[0]}${index}` };
    const wanted = type === 'Media' ? index : mediaTypes.indexOf(type) + mediaTypes.length * (index % 3);
    const actual = mediaTypes[wanted % mediaTypes.length] ?? 'Film';
    const seen = subgraph !== null && model.media?.objectHomes.includes(subgraph) ? 'Media' : actual;
    return { __typename: seen, type: actual, id: `m${wanted}` };
  }

  function codeOf(node: DataNode): string | number {
    const index = Number(node.id.slice(1));
    const scalar = model.entities.find(({ name }) => name === node.type)?.code;
    return scalar === 'String' ? (texts[index] ?? '') : index;
  }

  function regionOf(node: DataNode): DataNode {
    return { __typename: 'Region', type: 'Region', id: `r${Number(node.id.slice(1)) % 3}` };
  }

  function object(type: string, at: { seed: string; subgraph: string | null; owner: FieldModel }): DataNode {
    const possible = possibleTypes(type, at.owner);
    if (possible) {
      const chosen = possible[hash(`${at.seed}#`) % possible.length] ?? type;
      return object(chosen, at);
    }
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

  function leaf(type: string, seed: string): unknown {
    const at = hash(seed);
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

  interface Place {
    readonly seed: string;
    readonly subgraph: string | null;
    readonly owner: FieldModel;
    readonly mayFault: boolean;
  }

  function build(type: string, place: Place): unknown {
    if (type.endsWith('!')) {
      const named = type.slice(0, -1);
      const faulty = place.mayFault && !named.startsWith('[') && !isObject(named);
      return faulty && hash(`${place.seed}!`) % 9 === 0 ? null : buildPresent(named, place);
    }
    return hash(`${place.seed}?`) % 6 === 0 ? null : buildPresent(type, place);
  }

  function buildPresent(type: string, place: Place): unknown {
    if (!type.startsWith('[')) return isObject(type) ? object(type, place) : leaf(type, place.seed);
    const length = hash(`${place.seed}[]`) % 5;
    return Array.from({ length }, (_item, index) =>
      build(type.slice(1, -1), { ...place, seed: `${place.seed}/${index}` }),
    );
  }

  function isObject(type: string): boolean {
    return (
      ['Media', 'Named', 'Thing'].includes(type) ||
      [...model.entities, ...model.values].some(({ name }) => name === type)
    );
  }

  /** What a derived field is made of, read from the data or from what the gateway sent. */
  function gather(fields: readonly RequiredField[], read: (field: RequiredField) => unknown): unknown {
    return fields.map((field) => [field.name, read(field)]);
  }

  function readSent(sent: Readonly<Record<string, unknown>>, fields: readonly RequiredField[]): unknown {
    return gather(fields, ({ name, fields: nested }) => {
      if (sent[name] === undefined) return 'missing';
      return nested ? mapObjects(sent[name], (item) => readSent(item, nested)) : sent[name];
    });
  }

  function readWhole(node: DataNode, fields: readonly RequiredField[]): unknown {
    return gather(fields, ({ name, args, fields: nested }) => {
      const found = findField(model, { type: node.type, field: name });
      if (!found) throw new Error(`${node.type}.${name} is required and not there`);
      const value = plain(node, { name, args: { ...defaultsOf(name), ...args?.values }, found });
      return nested ? mapObjects(value, (item) => readWhole(item as unknown as DataNode, nested)) : value;
    });
  }

  function plain(
    node: DataNode,
    {
      name,
      args,
      found,
    }: { name: string; args: Record<string, unknown>; found: NonNullable<ReturnType<typeof findField>> },
  ): unknown {
    if (found.field.requires) return derive(found.field, readWhole(node, found.field.requires));
    return build(
      found.field.type,
      placeOf(node, { owner: found.owner, field: found.field, args, name, subgraph: null }),
    );
  }

  function placeOf(
    node: DataNode,
    at: {
      owner: string;
      field: FieldModel;
      args: Readonly<Record<string, unknown>>;
      name: string;
      subgraph: string | null;
    },
  ): Place {
    return {
      seed: `${at.owner}:${node.id}.${at.name}${canonical(at.args)}`,
      subgraph: at.subgraph,
      owner: at.field,
      // Fields of interface objects are fetched for more objects than asked (see types.test.ts): they have no faults here.
      mayFault: model.faults && at.owner !== 'Media' && !required.has(`${at.owner}.${at.name}`),
    };
  }

  return {
    root: (operation) => ({ __typename: operation, type: operation, id: '' }),
    find(representation, subgraph) {
      const { __typename, id, code } = representation;
      const type = String(__typename);
      for (let index = 0; index <= instanceCount; index += 1) {
        const node = entity(type, { index, subgraph });
        if (id !== undefined ? node.id === id : codeOf(node) === code) return { ...node, representation };
      }
      return null;
    },
    value(node, { field: name, args, subgraph }) {
      if (name === 'id') return node.id;
      if (name === 'code') return codeOf(node);
      if (name === 'region') return regionOf(node);
      if (node.type === 'Region') return `label of ${node.id}`;
      const found = findField(model, { type: node.type, field: name });
      if (!found) throw new Error(`${node.type}.${name} is not in the model`);
      const { field, owner } = found;
      if (field.requires) {
        const sent = node.representation;
        return derive(
          field,
          subgraph === null || !sent ? readWhole(node, field.requires) : readSent(sent, field.requires),
        );
      }
      const seedArgs =
        field.overridden !== undefined && field.overridden === subgraph ? { wrong: true } : args;
      return build(field.type, placeOf(node, { owner, field, args: seedArgs, name, subgraph }));
    },
  };
}

function derive(field: FieldModel, of: unknown): string {
  return `${field.name} of ${canonical(of)}`;
}

function mapObjects(value: unknown, map: (item: Readonly<Record<string, unknown>>) => unknown): unknown {
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => mapObjects(item, map));
  return typeof value === 'object' ? map(value as Readonly<Record<string, unknown>>) : value;
}

function defaultsOf(fieldName: string): Record<string, unknown> {
  if (argumentsOf(fieldName) === '') return {};
  switch (fieldName.at(-1)) {
    case '1':
      return { n: 2 };
    case '2':
      return { color: 'RED' };
    default:
      return { list: [1, 2] };
  }
}

/** JSON with keys in order, so that equal values give equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
