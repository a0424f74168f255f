/** A federated supergraph as plain data, small enough to read, from which the SDL and the data are built. */
export interface FederatedModel {
  /** Seed of the data. */
  readonly seed: number;
  /** Whether non-null leaves are sometimes null. */
  readonly faults: boolean;
  readonly subgraphs: readonly string[];
  readonly entities: readonly EntityModel[];
  /** Types without a key; fields without owners are in every subgraph that mentions the type. */
  readonly values: readonly ValueModel[];
  /** Implementations of interface `Named` by subgraph. */
  readonly named: Readonly<Record<string, readonly string[]>>;
  /** Members of union `Thing` by subgraph. */
  readonly thing: Readonly<Record<string, readonly string[]>>;
  /** Interface `Media` with a key, and subgraphs that see it as one object type. */
  readonly media: MediaModel | null;
  readonly roots: readonly RootModel[];
  /** Whether interface `Named` has a field `tag` besides its `id`. */
  readonly tagged?: boolean;
}

export interface EntityModel {
  readonly name: string;
  readonly code: 'Int' | 'String';
  /** Whether `code` may be null, as it is of one instance. */
  readonly codeMayBeNull?: boolean;
  /** Whether `tag`, which interface `Named` lets be null, may not be null here. */
  readonly hasSureTag?: boolean;
  readonly homes: readonly HomeModel[];
  readonly fields: readonly FieldModel[];
}

export interface HomeModel {
  readonly subgraph: string;
  readonly keys: readonly string[];
  /** Those of them that the subgraph cannot resolve. */
  readonly unresolvable?: readonly string[];
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
  /** A subgraph that the first owner overrides; it answers wrongly, or the owner does, where there is a label, which does not hold. */
  readonly overridden?: string;
  readonly overrideLabel?: string;
  /** Clients do not see it. */
  readonly inaccessible?: boolean;
  readonly requires?: readonly RequiredField[];
  /** What of the returned entity comes along: a leaf, or one below a field: `name { leaf }`. */
  readonly provides?: string;
}

export interface RequiredField {
  readonly name: string;
  /** As written in a field set, and as values. */
  readonly args?: { readonly text: string; readonly values: Readonly<Record<string, unknown>> };
  readonly fields?: readonly RequiredField[];
  /** The type of the objects it is required of, where their field is of an abstract one. */
  readonly on?: string;
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
