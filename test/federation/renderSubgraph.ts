import {
  argumentsOf,
  type EntityModel,
  type FederatedModel,
  type FieldModel,
  findField,
  namedType,
  type RequiredField,
} from './federatedModel.ts';

const preamble = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@override", "@requires", "@external", "@provides", "@interfaceObject", "@inaccessible"])
scalar JSON
enum Color { RED GREEN BLUE }
input Filter { min: Int = 1 tags: [String!] next: Filter }
`;

/** The SDL of one subgraph of the model. */
export function renderSubgraph(model: FederatedModel, subgraph: string): string {
  const page: Page = { model, subgraph, externals: externalsIn(model, subgraph), mentioned: new Set() };
  const roots = (['Query', 'Mutation'] as const).map((operation) => rootType(page, operation));
  const types = [
    ...model.entities.map((entity) => (isHome(entity, subgraph) ? entityType(page, entity) : '')),
    mediaTypes(page),
    thingType(page),
    namedTypeSdl(page),
  ];
  return [preamble, ...roots, ...types, ...mentionedTypes(page)].filter((text) => text !== '').join('\n');
}

interface Page {
  readonly model: FederatedModel;
  readonly subgraph: string;
  /** By type, fields that are declared here only to be required or provided. */
  readonly externals: ReadonlyMap<string, ReadonlyMap<string, FieldModel>>;
  /** Types named in fields so far. */
  readonly mentioned: Set<string>;
}

function isHome(entity: EntityModel, subgraph: string): boolean {
  return entity.homes.some((home) => home.subgraph === subgraph);
}

function isHere(field: FieldModel, subgraph: string): boolean {
  return field.owners.includes(subgraph) || field.overridden === subgraph;
}

function fieldSet(fields: readonly RequiredField[]): string {
  const typename = fields.some(({ on }) => on !== undefined) ? '__typename ' : '';
  const texts = fields.map(({ name, args, fields: nested, on }) => {
    const text = `${name}${args?.text ?? ''}${nested ? ` { ${fieldSet(nested)} }` : ''}`;
    return on === undefined ? text : `... on ${on} { ${text} }`;
  });
  return typename + texts.join(' ');
}

function externalsIn(model: FederatedModel, subgraph: string): Map<string, Map<string, FieldModel>> {
  const externals = new Map<string, Map<string, FieldModel>>();
  function declare(type: string, name: string): FieldModel | null {
    const holder = type === 'Media' ? model.media : model.entities.find((entity) => entity.name === type);
    const field = holder?.fields.find((candidate) => candidate.name === name);
    if (!field) return null;
    if (!field.owners.includes(subgraph)) {
      const fields = externals.get(type) ?? new Map<string, FieldModel>();
      externals.set(type, fields.set(name, field));
    }
    return field;
  }
  function declareAll(type: string, required: readonly RequiredField[]): void {
    for (const { name, fields, on } of required) {
      const field = declare(on ?? type, name);
      if (field && fields) declareAll(namedType(field.type), fields);
    }
  }
  function declareProvided({ type, provides }: FieldModel): void {
    if (provides === undefined) return;
    const [name = '', leaf] = provides.split(/[ {}]+/);
    const field = declare(namedType(type), name);
    if (field && leaf) declare(namedType(field.type), leaf);
  }
  const holders = [
    ...model.entities,
    ...(model.media ? [{ name: 'Media', fields: model.media.fields }] : []),
  ];
  for (const { name, fields } of holders) {
    for (const field of fields) {
      if (!field.owners.includes(subgraph)) continue;
      if (field.requires) declareAll(name, field.requires);
      declareProvided(field);
    }
  }
  for (const root of model.roots) {
    if (root.owners.includes(subgraph)) declareProvided(root);
  }
  return externals;
}

/** Provided fields may be resolved by several subgraphs, so their owners share them. */
function isProvided(model: FederatedModel, at: { type: string; field: string }): boolean {
  const relations = [...model.roots, ...model.entities.flatMap(({ fields }) => fields)];
  return relations.some(({ type, provides = '' }) => {
    const [name = '', leaf] = provides.split(/[ {}]+/);
    if (name === at.field && namedType(type) === at.type) return true;
    const below = findField(model, { type: namedType(type), field: name });
    return leaf === at.field && below !== null && namedType(below.field.type) === at.type;
  });
}

function fieldSdl(page: Page, field: FieldModel, { type }: { type: string }): string {
  page.mentioned.add(namedType(field.type));
  const { subgraph, model } = page;
  const directives = [
    field.owners.length > 1 || isProvided(model, { type, field: field.name }) ? ' @shareable' : '',
    field.overridden !== undefined && field.owners[0] === subgraph
      ? ` @override(from: "${field.overridden}"${field.overrideLabel ? `, label: "${field.overrideLabel}"` : ''})`
      : '',
    field.inaccessible ? ' @inaccessible' : '',
    field.requires ? ` @requires(fields: ${JSON.stringify(fieldSet(field.requires))})` : '',
    field.provides === undefined ? '' : ` @provides(fields: "${field.provides}")`,
  ];
  return `  ${field.name}${argumentsOf(field.name)}: ${field.type}${directives.join('')}`;
}

function externalSdl(page: Page, type: string): string[] {
  return [...(page.externals.get(type)?.values() ?? [])]
    .filter((field) => field.overridden !== page.subgraph)
    .map((field) => {
      page.mentioned.add(namedType(field.type));
      return `  ${field.name}${argumentsOf(field.name)}: ${field.type} @external`;
    });
}

function keyFields(page: Page, entity: EntityModel, keys: readonly string[]): string[] {
  const lines: string[] = [];
  if (keys.some((key) => key.startsWith('id'))) lines.push('  id: ID!');
  if (keys.includes('code')) lines.push(`  code: ${entity.code}${entity.codeMayBeNull ? '' : '!'}`);
  if (keys.some((key) => key.includes('region'))) {
    page.mentioned.add('Region');
    lines.push('  region: Region!');
  }
  return lines;
}

function entityType(page: Page, entity: EntityModel): string {
  const { model, subgraph } = page;
  const { keys = [], unresolvable = [] } = entity.homes.find((home) => home.subgraph === subgraph) ?? {};
  const interfaces = model.named[subgraph]?.includes(entity.name) ? ['Named'] : [];
  const mediaHere = model.media?.home === subgraph && model.media.implementations.includes(entity.name);
  if (mediaHere) interfaces.push('Media');
  const inherited = mediaHere ? (model.media?.fields ?? []) : [];
  const lines = [
    ...keyFields(page, entity, keys),
    ...(model.tagged && interfaces.includes('Named')
      ? [`  tag: String${entity.hasSureTag ? '!' : ''} @shareable`]
      : []),
    ...inherited
      .filter((field) => isHere(field, subgraph))
      .map((field) => fieldSdl(page, field, { type: 'Media' })),
    ...entity.fields
      .filter((field) => isHere(field, subgraph))
      .map((field) => fieldSdl(page, field, { type: entity.name })),
    ...externalSdl(page, entity.name),
  ];
  const implementing = interfaces.length > 0 ? ` implements ${interfaces.join(' & ')}` : '';
  return `type ${entity.name}${implementing}${keys.map((key) => ` @key(fields: "${key}"${unresolvable.includes(key) ? ', resolvable: false' : ''})`).join('')} {\n${lines.join('\n')}\n}`;
}

function mediaTypes(page: Page): string {
  const { media } = page.model;
  if (!media) return '';
  const isObject = media.objectHomes.includes(page.subgraph);
  if (!isObject && media.home !== page.subgraph) return '';
  const lines = [
    '  id: ID!',
    ...media.fields
      .filter((field) => isHere(field, page.subgraph))
      .map((field) =>
        fieldSdl(page, isObject ? field : { ...field, owners: [page.subgraph] }, { type: 'Media' }),
      ),
    ...externalSdl(page, 'Media'),
  ];
  const head = isObject ? 'type Media @interfaceObject' : 'interface Media';
  return `${head} @key(fields: "id") {\n${lines.join('\n')}\n}`;
}

function thingType({ model, subgraph, mentioned }: Page): string {
  const members = model.thing[subgraph] ?? [];
  if (members.length === 0) return '';
  for (const member of members) mentioned.add(member);
  return `union Thing = ${members.join(' | ')}`;
}

function namedTypeSdl({ model, subgraph }: Page): string {
  if ((model.named[subgraph] ?? []).length === 0) return '';
  return `interface Named { id: ID! ${model.tagged ? 'tag: String ' : ''}}`;
}

function rootType(page: Page, operation: 'Query' | 'Mutation'): string {
  const fields = page.model.roots.filter(
    (root) => root.operation === operation && root.owners.includes(page.subgraph),
  );
  if (fields.length === 0) return '';
  return `type ${operation} {\n${fields.map((field) => fieldSdl(page, field, { type: operation })).join('\n')}\n}`;
}

/** Types that fields name and that live elsewhere: value types whole, entities as stubs that cannot be entered here. */
function mentionedTypes(page: Page): string[] {
  const { model, subgraph, mentioned } = page;
  const texts: string[] = [];
  for (const value of model.values) {
    if (!mentioned.has(value.name)) continue;
    const fields = value.fields
      .filter(({ owners }) => owners.length === 0 || owners.includes(subgraph))
      .map((field) => fieldSdl(page, { ...field, owners: [] }, { type: value.name }));
    texts.push(`type ${value.name} @shareable {\n${fields.join('\n')}\n}`);
  }
  for (const entity of model.entities) {
    if (isHome(entity, subgraph)) continue;
    const external = externalSdl(page, entity.name);
    if (!mentioned.has(entity.name) && external.length === 0) continue;
    const keys = entity.homes[0]?.keys.slice(0, 1) ?? [];
    const lines = [...keyFields(page, entity, keys), ...external];
    texts.push(`type ${entity.name} @key(fields: "${keys[0]}", resolvable: false) {\n${lines.join('\n')}\n}`);
  }
  if (mentioned.has('Region')) texts.push('type Region @shareable { id: ID! label: String }');
  return texts;
}
