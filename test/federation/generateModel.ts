import { type Choices, createChoices } from './choices.ts';
import type {
  EntityModel,
  FederatedModel,
  FieldModel,
  HomeModel,
  MediaModel,
  RequiredField,
  RootModel,
  ValueModel,
} from './federatedModel.ts';
import { namedType } from './federatedModel.ts';

type Draft<Type> = { -readonly [Key in keyof Type]: Type[Key] };
type FieldDraft = Draft<FieldModel>;

const subgraphNames = ['alpha', 'beta', 'gamma', 'delta'];
const entityNames = ['Book', 'Author', 'Shop', 'City'];
const leafTypes = new Map([
  ['str', 'String'],
  ['int', 'Int'],
  ['bool', 'Boolean'],
  ['float', 'Float'],
  ['ident', 'ID'],
  ['color', 'Color'],
  ['json', 'JSON'],
  ['mustInt', 'Int!'],
  ['mustStr', 'String!'],
  ['ints', '[Int]'],
  ['strs', '[String!]'],
  ['colors', '[Color!]!'],
  ['grid', '[[Int]]'],
  ['mustGrid', '[[Int!]!]'],
]);
const wrappings: readonly (readonly [string, (name: string) => string])[] = [
  ['one', (name) => name],
  ['many', (name) => `[${name}]`],
  ['must', (name) => `${name}!`],
  ['all', (name) => `[${name}!]!`],
  ['rows', (name) => `[[${name}]]`],
  ['some', (name) => `[${name}!]`],
];

/** A supergraph of two to four subgraphs that composes as a rule; all decisions come from the tape. */
export function generateModel(tape: readonly number[]): FederatedModel {
  const choices = createChoices(tape);
  const subgraphs = subgraphNames.slice(0, 2 + choices.below(3));
  const faults = choices.chance(30);
  const entities = entityNames
    .slice(0, 2 + choices.below(3))
    .map((name) => generateEntity(choices, { name, subgraphs }));
  const values: ValueModel[] = ['Size', 'Note'].slice(0, 1 + choices.below(2)).map((name) => ({
    name,
    fields: uniqueFields(choices, { count: 3, make: () => leaf(choices, { owners: [] }) }),
  }));
  const media = choices.chance(45) ? generateMedia(choices, subgraphs) : null;
  const parted = choices.chance(30) ? addPartedValue(choices, { entities, values, subgraphs }) : [];
  if (media)
    for (const name of media.implementations)
      entities.push(implementation(choices, { name, media, subgraphs }));
  const named: Record<string, string[]> = {};
  const thing: Record<string, string[]> = {};
  for (const subgraph of subgraphs) {
    const local = entities.filter(({ homes }) => homes.some((home) => home.subgraph === subgraph));
    const withId = local.filter(({ homes }) =>
      homes.some((home) => home.subgraph === subgraph && home.keys.some((key) => key.startsWith('id'))),
    );
    named[subgraph] = choices.some(withId, 70).map(({ name }) => name);
    thing[subgraph] = choices.some([...local, ...values], 60).map(({ name }) => name);
  }
  const scene: Scene = { choices, subgraphs, entities, values, media, named, thing, faults };
  for (const entity of entities) addRelations(scene, entity);
  for (const entity of entities) addRequired(scene, entity);
  const roots = subgraphs.flatMap((subgraph) => generateRoots(scene, subgraph));
  const seed = choices.below(10_000);
  const tagged = choices.chance(50);
  return {
    seed,
    faults,
    subgraphs,
    entities,
    values: [...values, ...parted],
    named,
    thing,
    media,
    roots,
    tagged,
  };
}

interface EntityDraft extends Omit<EntityModel, 'fields'> {
  readonly fields: FieldDraft[];
}

interface Scene {
  readonly choices: Choices;
  readonly subgraphs: readonly string[];
  readonly entities: readonly EntityDraft[];
  readonly values: readonly ValueModel[];
  readonly media: MediaModel | null;
  readonly named: Readonly<Record<string, readonly string[]>>;
  readonly thing: Readonly<Record<string, readonly string[]>>;
  readonly faults: boolean;
}

function leaf(choices: Choices, { owners }: { owners: readonly string[] }): FieldDraft {
  const [code, type] = choices.of([...leafTypes]);
  return { name: `${code}${argumentDigit(choices)}`, type, owners };
}

function argumentDigit(choices: Choices): number {
  return choices.chance(35) ? 1 + choices.below(3) : 0;
}

function uniqueFields(choices: Choices, options: { count: number; make: () => FieldDraft }): FieldDraft[] {
  const fields = new Map<string, FieldDraft>();
  const count = 1 + choices.below(options.count);
  for (let i = 0; i < count; i += 1) {
    const field = options.make();
    if (!fields.has(field.name)) fields.set(field.name, field);
  }
  return [...fields.values()];
}

function generateEntity(
  choices: Choices,
  { name, subgraphs }: { name: string; subgraphs: readonly string[] },
): EntityDraft {
  const first = choices.of(subgraphs);
  const others = subgraphs.filter((subgraph) => subgraph !== first);
  const keys = choices.of([['id'], ['id'], ['id', 'code'], ['id', 'id region { id }'], ['id region { id }']]);
  const homes: HomeModel[] = [{ subgraph: first, keys }];
  for (const subgraph of choices.some(others, 70)) {
    homes.push({ subgraph, keys: choices.chance(30) ? keys : [choices.of(keys)] });
  }
  const several = homes.filter((home) => home.keys.length > 1);
  for (const [index, home] of homes.entries())
    if (several.includes(home) && choices.chance(20))
      homes[index] = { ...home, unresolvable: [choices.of(home.keys)] };
  const fields: FieldDraft[] = [];
  for (const { subgraph } of homes) {
    for (const field of uniqueFields(choices, {
      count: 4,
      make: () => leaf(choices, { owners: [subgraph] }),
    })) {
      if (fields.some((other) => other.name === field.name)) continue;
      const other = homes.find((home) => home.subgraph !== subgraph);
      if (other && choices.chance(15)) field.owners = [subgraph, other.subgraph];
      else if (other && choices.chance(10)) {
        field.overridden = other.subgraph;
        if (choices.chance(30)) field.overrideLabel = 'percent(0)';
      } else if (choices.chance(6)) field.inaccessible = true;
      fields.push(field);
    }
  }
  const code = choices.of<'Int' | 'String'>(['Int', 'String']);
  const [codeMayBeNull, hasSureTag] = [choices.chance(25), choices.chance(40)];
  return { name, code, codeMayBeNull, hasSureTag, homes, fields };
}

function generateMedia(choices: Choices, subgraphs: readonly string[]): MediaModel {
  const home = choices.of(subgraphs);
  const others = subgraphs.filter((subgraph) => subgraph !== home);
  const object = choices.of(others);
  const objectHomes = [
    object,
    ...choices.some(
      others.filter((other) => other !== object),
      30,
    ),
  ];
  const fields: FieldDraft[] = [];
  for (const subgraph of [home, ...objectHomes]) {
    for (const field of uniqueFields(choices, {
      count: 3,
      make: () => leaf(choices, { owners: [subgraph] }),
    })) {
      if (!fields.some((other) => other.name === field.name)) fields.push(field);
    }
  }
  const required = fields.find((field) => field.owners[0] !== object && field.name.endsWith('0'));
  if (required && choices.chance(40)) {
    fields.push({ name: 'derived', type: 'String', owners: [object], requires: [{ name: required.name }] });
  }
  return { implementations: ['Film', 'Song'], home, objectHomes, fields };
}

function implementation(
  choices: Choices,
  { name, media, subgraphs }: { name: string; media: MediaModel; subgraphs: readonly string[] },
): EntityDraft {
  const free = subgraphs.filter(
    (subgraph) => subgraph !== media.home && !media.objectHomes.includes(subgraph),
  );
  const homes = [media.home, ...choices.some(free, 50)].map((subgraph) => ({ subgraph, keys: ['id'] }));
  const fields: FieldDraft[] = [];
  for (const { subgraph } of homes) {
    for (const field of uniqueFields(choices, {
      count: 2,
      make: () => leaf(choices, { owners: [subgraph] }),
    })) {
      const taken = [...fields, ...media.fields].some((other) => other.name === field.name);
      if (!taken) fields.push(field);
    }
  }
  return { name, code: 'Int', homes, fields };
}

/** A type without a key of which two subgraphs have different parts, and a field of an entity both are at home to that both resolve. */
function addPartedValue(
  choices: Choices,
  {
    entities,
    values,
    subgraphs,
  }: { entities: readonly EntityDraft[]; values: readonly ValueModel[]; subgraphs: readonly string[] },
): ValueModel[] {
  const entity = entities.find(({ homes }) => homes.length > 1);
  const [one, other] = entity?.homes ?? [];
  if (!entity || !one || !other || values.length > subgraphs.length) return [];
  const [code, wrap] = choices.of(wrappings);
  const owners = [one.subgraph, other.subgraph];
  entity.fields.push({ name: `${code}Parted${argumentDigit(choices)}`, type: wrap('Parted'), owners });
  const fields = [owners.slice(0, 1), owners.slice(1), owners].map((having, index) => {
    const field = leaf(choices, { owners: having });
    return { ...field, name: `${field.name.slice(0, -1)}P${index}${field.name.slice(-1)}` };
  });
  return [{ name: 'Parted', fields }];
}

/** Types a field of this subgraph may return besides leaves; entities that live elsewhere become stubs there. */
function targetsIn(scene: Scene, subgraph: string): string[] {
  const { media } = scene;
  const seesMedia = media !== null && (media.home === subgraph || media.objectHomes.includes(subgraph));
  const entities = scene.entities.filter(
    ({ name, homes }) =>
      !media?.implementations.includes(name) || homes.some((home) => home.subgraph === subgraph),
  );
  return [
    ...entities.map(({ name }) => name),
    ...scene.values.map(({ name }) => name),
    ...(seesMedia ? ['Media', 'Media'] : []),
    ...((scene.named[subgraph] ?? []).length > 0 ? ['Named', 'Named'] : []),
    ...((scene.thing[subgraph] ?? []).length > 0 ? ['Thing', 'Thing'] : []),
  ];
}

function relation(scene: Scene, subgraph: string): FieldDraft {
  const { choices } = scene;
  const target = choices.of(targetsIn(scene, subgraph));
  const [code, wrap] = choices.of(wrappings);
  return { name: `${code}${target}${argumentDigit(choices)}`, type: wrap(target), owners: [subgraph] };
}

function addRelations(scene: Scene, entity: EntityDraft): void {
  const { choices } = scene;
  for (const { subgraph } of entity.homes) {
    const count = choices.below(3);
    for (let i = 0; i < count; i += 1) {
      const field = relation(scene, subgraph);
      if (entity.fields.some(({ name }) => name === field.name)) continue;
      const provided = providable(scene, { target: namedType(field.type), subgraph });
      if (provided && choices.chance(40)) field.provides = provided;
      entity.fields.push(field);
    }
  }
}

/** A leaf that may come along, or one of an entity below. */
function providable(scene: Scene, at: { target: string; subgraph: string }): string | null {
  const target = scene.entities.find(({ name }) => name === at.target);
  const foreign = target?.fields.filter((field) => !field.owners.includes(at.subgraph)) ?? [];
  const leaf = foreign.find(isPlainLeaf)?.name ?? null;
  if (!scene.choices.chance(40)) return leaf;
  for (const field of foreign.filter(({ name, requires }) => name.endsWith('0') && !requires)) {
    const below = scene.entities.find(({ name }) => name === namedType(field.type));
    const isImplementing = scene.media?.implementations.includes(below?.name ?? '') === true;
    const nested = isImplementing
      ? undefined
      : below?.fields.find((one) => isPlainLeaf(one) && !one.owners.includes(at.subgraph));
    if (nested) return `${field.name} { ${nested.name} }`;
  }
  return leaf;
}

function isPlainLeaf(field: FieldModel): boolean {
  return (
    field.name.endsWith('0') &&
    field.overridden === undefined &&
    field.requires === undefined &&
    field.inaccessible === undefined &&
    [...leafTypes.values()].includes(field.type)
  );
}

/** Fields computed from fields of other subgraphs, and fields computed from those. */
function addRequired(scene: Scene, entity: EntityDraft): void {
  const { choices } = scene;
  let previous: FieldDraft | null = null;
  for (const { subgraph } of entity.homes) {
    if (!choices.chance(60)) continue;
    const foreign = entity.fields.filter(
      (field) => !field.owners.includes(subgraph) && field.overridden === undefined && field !== previous,
    );
    const requires: RequiredField[] = previous && choices.chance(60) ? [{ name: previous.name }] : [];
    for (const field of choices.some(foreign, 40).slice(0, 2)) {
      const required = requiredField(scene, { field, subgraph });
      if (required) requires.push(required);
    }
    if (requires.length === 0) continue;
    const field: FieldDraft = {
      name: `derived${entity.fields.length}x`,
      type: 'String',
      owners: [subgraph],
      requires,
    };
    entity.fields.push(field);
    previous = field;
  }
  if (choices.chance(60)) addOtherArguments(choices, entity);
}

/** A field that requires what another one requires, with other arguments. */
function addOtherArguments(choices: Choices, entity: EntityDraft): void {
  for (const { requires = [] } of entity.fields) {
    const [required] = requires.filter(({ name, fields }) => !fields && /[13]$/.test(name));
    const resolvedIn = entity.fields.find(({ name }) => name === required?.name)?.owners ?? [];
    const homes = entity.homes.filter(({ subgraph }) => !resolvedIn.includes(subgraph));
    if (!required || homes.length === 0) continue;
    const { name } = required;
    const { subgraph } = choices.of(homes);
    const own = `derived${entity.fields.length}y`;
    const others = argumentsToRequire(name).filter(({ text }) => text !== required.args?.text);
    const requiring = [{ name, args: choices.of(others) }];
    entity.fields.push({ name: own, type: 'String', owners: [subgraph], requires: requiring });
    return;
  }
}

function requiredField(
  scene: Scene,
  { field, subgraph }: { field: FieldModel; subgraph: string },
): RequiredField | null {
  if (field.requires) return null;
  const args = requiredArguments(scene.choices, field.name);
  if ([...leafTypes.values()].includes(field.type)) return { name: field.name, ...args };
  if (scene.faults) return null;
  const members = membersOf(scene, { field, subgraph });
  if (members.length > 0) {
    const fields = members.flatMap((member) => {
      const nested = member.fields.filter(isPlainLeaf);
      return nested.length > 0 ? [{ on: member.name, name: scene.choices.of(nested).name }] : [];
    });
    return fields.length > 0 ? { name: field.name, ...args, fields: fields.slice(0, 2) } : null;
  }
  const target = scene.entities.find(({ name }) => name === namedType(field.type));
  const nested = target?.fields.filter(isPlainLeaf) ?? [];
  if (!target || nested.length === 0) return null;
  return { name: field.name, ...args, fields: [{ name: scene.choices.of(nested).name }] };
}

function requiredArguments(choices: Choices, fieldName: string): Pick<RequiredField, 'args'> {
  const given = argumentsToRequire(fieldName);
  return given.length > 0 && choices.chance(70) ? { args: choices.of(given) } : {};
}

function argumentsToRequire(fieldName: string): readonly NonNullable<RequiredField['args']>[] {
  switch (fieldName.at(-1)) {
    case '1':
      return [
        { text: '(n: 5)', values: { n: 5 } },
        { text: '(n: 1)', values: { n: 1 } },
      ];
    case '2':
      return [{ text: '(color: GREEN)', values: { color: 'GREEN' } }];
    case '3':
      return [
        { text: '(list: [7])', values: { list: [7] } },
        { text: '(json: {a: 1})', values: { json: { a: 1 }, list: [1, 2] } },
      ];
    default:
      return [];
  }
}

/** The types a field of an abstract type may be asked for by type, in a subgraph that has them too. */
function membersOf(
  scene: Scene,
  { field, subgraph }: { field: FieldModel; subgraph: string },
): readonly (EntityDraft | ValueModel)[] {
  const byGraph = { Thing: scene.thing, Named: scene.named }[namedType(field.type)];
  const names = byGraph?.[subgraph] ?? [];
  const owned = byGraph?.[field.owners[0] ?? ''] ?? [];
  return [...scene.entities, ...scene.values].filter(
    ({ name }) => names.includes(name) && owned.includes(name),
  );
}

function generateRoots(scene: Scene, subgraph: string): RootModel[] {
  const { choices } = scene;
  const count = 1 + choices.below(3);
  const roots: RootModel[] = [];
  for (let i = 0; i < count; i += 1) {
    const field = choices.chance(15) ? leaf(choices, { owners: [subgraph] }) : relation(scene, subgraph);
    const name = `${subgraph}${i}${field.name}`;
    if (roots.some((other) => other.name === name)) continue;
    const other = choices.chance(15) ? sharing(scene, { subgraph, type: namedType(field.type) }) : null;
    const owners = other === null ? field.owners : [subgraph, other];
    roots.push({ ...field, owners, name, operation: 'Query' });
  }
  if (choices.chance(40)) {
    const field = relation(scene, subgraph);
    roots.push({ ...field, name: `${subgraph}Set${field.name}`, operation: 'Mutation' });
    if (choices.chance(30))
      roots.push({ name: `${subgraph}Ask0`, type: 'Query!', owners: [subgraph], operation: 'Mutation' });
  }
  return roots;
}

/** Another subgraph that may answer a root field of this type likewise. */
function sharing(scene: Scene, { subgraph, type }: { subgraph: string; type: string }): string | null {
  if (['Thing', 'Named', 'Media', 'Film', 'Song'].includes(type)) return null;
  return scene.subgraphs.find((other) => other !== subgraph) ?? null;
}
