/** A federated supergraph as plain data, small enough to read, from which the SDL and the data are built. */
export interface FederatedModel {
  /** Seed of the data. */
  readonly seed: number;
  /** Whether non-null leaves are sometimes null. */
  readonly faults: boolean;
  readonly subgraphs: readonly string[];
  readonly entities: readonly EntityModel[];
  /** Types without a key, whole in every subgraph that mentions them. */
  readonly values: readonly ValueModel[];
  /** Implementations of interface `Named` by subgraph. */
  readonly named: Readonly<Record<string, readonly string[]>>;
  /** Members of union `Thing` by subgraph. */
  readonly thing: Readonly<Record<string, readonly string[]>>;
  /** Interface `Media` with a key, and subgraphs that see it as one object type. */
  readonly media: MediaModel | null;
  readonly roots: readonly RootModel[];
}

export interface EntityModel {
  readonly name: string;
  readonly code: 'Int' | 'String';
  readonly homes: readonly HomeModel[];
  readonly fields: readonly FieldModel[];
}

export interface HomeModel {
  readonly subgraph: string;
  readonly keys: readonly string[];
}

export interface ValueModel {
  readonly name: string;
  readonly fields: readonly FieldModel[];
}

export interface MediaModel {
  readonly implementations: readonly string[];
  /** The subgraph that knows the implementations. */
  readonly home: string;
  readonly objectHomes: readonly string[];
  readonly fields: readonly FieldModel[];
}

/** The name tells the type and the arguments, so fields of one name always merge; see `fieldShape`. */
export interface FieldModel {
  readonly name: string;
  readonly type: string;
  /** More than one: shareable. */
  readonly owners: readonly string[];
  /** A subgraph that the first owner overrides; it answers wrongly. */
  readonly overridden?: string;
  readonly requires?: readonly RequiredField[];
  /** Leaf of the returned entity that comes along. */
  readonly provides?: string;
}

export interface RequiredField {
  readonly name: string;
  /** As written in a field set, and as values. */
  readonly args?: { readonly text: string; readonly values: Readonly<Record<string, unknown>> };
  readonly fields?: readonly RequiredField[];
}

export interface RootModel extends FieldModel {
  readonly operation: 'Query' | 'Mutation';
}

export const mediaName = 'Media';

/** Arguments of fields by the last digit of their name. */
export function argumentsOf(fieldName: string): string {
  switch (fieldName.at(-1)) {
    case '1':
      return '(n: Int = 2)';
    case '2':
      return '(filter: Filter, color: Color = RED)';
    case '3':
      return '(json: JSON, list: [Int!] = [1, 2])';
    default:
      return '';
  }
}

export function namedType(type: string): string {
  return type.replace(/[[\]!]/g, '');
}

/** Type and field of the model that a field of the clients' schema comes from; interface objects lend theirs to every implementation. */
export function findField(
  model: FederatedModel,
  at: { readonly type: string; readonly field: string },
): { readonly owner: string; readonly field: FieldModel } | null {
  const { media } = model;
  if (media && (at.type === mediaName || media.implementations.includes(at.type))) {
    const field = media.fields.find(({ name }) => name === at.field);
    if (field) return { owner: mediaName, field };
  }
  const holder =
    model.entities.find(({ name }) => name === at.type) ?? model.values.find(({ name }) => name === at.type);
  const field =
    holder?.fields.find(({ name }) => name === at.field) ??
    model.roots.find(({ operation, name }) => operation === at.type && name === at.field);
  return field ? { owner: at.type, field } : null;
}
