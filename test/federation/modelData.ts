import {
  argumentsOf,
  type FederatedModel,
  type FieldModel,
  findField,
  type RequiredField,
} from './federatedModel.ts';
import { createModelEntities, type DataNode } from './modelEntities.ts';
import { createModelValues, type ValuePlace } from './modelValues.ts';

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

type Found = NonNullable<ReturnType<typeof findField>>;

export function createModelData(model: FederatedModel): ModelData {
  const entities = createModelEntities(model);
  const build = createModelValues(model, entities);
  const required = new Set(
    [...model.entities, ...(model.media ? [{ name: 'Media', fields: model.media.fields }] : [])].flatMap(
      ({ name, fields }) =>
        fields.flatMap((field) => (field.requires ?? []).map((one) => `${name}.${one.name}`)),
    ),
  );

  function readWhole(node: DataNode, fields: readonly RequiredField[]): unknown {
    const ofType = fields.filter(({ on }) => on === undefined || on === node.type);
    return gather(ofType, ({ name, args, fields: nested }) => {
      const value = plain(node, { name, args: { ...defaultsOf(name), ...args?.values } });
      return nested ? mapObjects(value, (item) => readWhole(item as unknown as DataNode, nested)) : value;
    });
  }

  function plain(node: DataNode, { name, args }: { name: string; args: Record<string, unknown> }): unknown {
    const found = fieldOf(model, { type: node.type, field: name });
    if (found.field.requires) return derive(found.field, readWhole(node, found.field.requires));
    return build(found.field.type, placeOf(node, { ...found, args, subgraph: null }));
  }

  function placeOf(
    node: DataNode,
    { owner, field, args, subgraph }: Found & { args: object; subgraph: string | null },
  ): ValuePlace {
    return {
      seed: `${owner}:${node.id}.${field.name}${canonical(args)}`,
      subgraph,
      owner: field,
      mayFault: model.faults && !required.has(`${owner}.${field.name}`),
    };
  }

  return {
    root: (operation) => ({ __typename: operation, type: operation, id: '' }),
    find: entities.find,
    value(node, { field: name, args, subgraph }) {
      if (name === 'id') return node.id;
      if (name === 'code') return entities.codeOf(node);
      if (name === 'region') return entities.regionOf(node);
      if (name === 'tag') return `tag of ${node.id}`;
      if (node.type === 'Region') return `label of ${node.id}`;
      const found = fieldOf(model, { type: node.type, field: name });
      const { field } = found;
      if (!field.requires) {
        const loser = field.overrideLabel === undefined ? field.overridden : field.owners[0];
        const isOverridden = field.overridden !== undefined && subgraph !== null && loser === subgraph;
        return build(
          field.type,
          placeOf(node, { ...found, args: isOverridden ? { wrong: true } : args, subgraph }),
        );
      }
      const sent = subgraph === null ? undefined : node.representation;
      return derive(field, sent ? readSent(sent, field.requires) : readWhole(node, field.requires));
    },
  };
}

function fieldOf(model: FederatedModel, at: { readonly type: string; readonly field: string }): Found {
  const found = findField(model, at);
  if (!found) throw new Error(`${at.type}.${at.field} is not in the model`);
  return found;
}

/** What a derived field is made of, read from the data or from what the gateway sent. */
function gather(fields: readonly RequiredField[], read: (field: RequiredField) => unknown): unknown {
  return fields.map((field) => [field.name, read(field)]);
}

function readSent(sent: Readonly<Record<string, unknown>>, fields: readonly RequiredField[]): unknown {
  const ofType = fields.filter(({ on }) => on === undefined || on === sent.__typename);
  return gather(ofType, ({ name, fields: nested }) => {
    if (sent[name] === undefined) return 'missing';
    return nested ? mapObjects(sent[name], (item) => readSent(item, nested)) : sent[name];
  });
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
