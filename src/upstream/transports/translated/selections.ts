import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import type { TranslatedField, TranslatedObject, Translation } from '../../../model/translation.ts';
import { createAsking } from './asking.ts';
import { conditionVariables, type ReadOperation } from './readOperation.ts';
import type { SelectedEntities, SelectedField, SelectedObject, SelectedRoot } from './selectedObject.ts';

/** What operations select of a translated subgraph. */
export interface Selections {
  of(operation: ReadOperation, translation: Translation): SelectedRoot;
}

/** Conditions of one operation are few; with many variables there could be too many to keep. */
const maxKept = 32;

/** Selections are read once for each operation of a plan and set of conditions that hold. */
export function createSelections(): Selections {
  const kept = new WeakMap<ReadOperation['definition'], KeptSelections>();
  return {
    of(operation, translation) {
      const { definition, variables } = operation;
      let known = kept.get(definition);
      if (!known) {
        known = { conditions: conditionVariables(operation), roots: new Map() };
        kept.set(definition, known);
      }
      const key = known.conditions.map((name) => variables[name] === true).join();
      const found = known.roots.get(key);
      if (found) return found;
      const root = selectRoot(operation, translation);
      if (known.roots.size < maxKept) known.roots.set(key, root);
      return root;
    },
  };
}

interface KeptSelections {
  readonly conditions: readonly string[];
  readonly roots: Map<string, SelectedRoot>;
}

interface Selecting extends ReadOperation {
  readonly translation: Translation;
}

/** Fields under their keys, in the order they are first met. */
type Collected = Map<string, FieldNode[]>;

function selectRoot(operation: ReadOperation, translation: Translation): SelectedRoot {
  const selecting = { ...operation, translation };
  const { roots } = translation;
  const type = operation.definition.operation === 'mutation' ? roots.mutation : roots.query;
  const collected = collect([operation.definition.selectionSet], type, selecting);
  return {
    fields: [...collected].map(([key, nodes]) =>
      nodes[0]?.name.value === '_entities'
        ? selectEntities(key, nodes, selecting)
        : selectField(key, nodes, { type, selecting }),
    ),
  };
}

function selectEntities(key: string, nodes: readonly FieldNode[], selecting: Selecting): SelectedEntities {
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const objects = [...selecting.translation.types].filter(([, { kind }]) => kind === 'object');
  const representations = nodes[0]?.arguments?.find(({ name }) => name.value === 'representations');
  return {
    key,
    representations: representations?.value ?? null,
    byType: new Map(objects.map(([type]) => [type, selectObject(sets, type, selecting)])),
  };
}

function selectObject(sets: readonly SelectionSetNode[], type: string, selecting: Selecting): SelectedObject {
  const { translation } = selecting;
  const collected = collect(sets, type, selecting);
  const fields = [...collected].map(([key, nodes]) => selectField(key, nodes, { type, selecting }));
  const owner = translation.types.get(type);
  const ask = owner?.kind === 'object' ? owner.entity : null;
  const plain = fields.every(({ leaf }) => leaf !== null)
    ? fields.flatMap(({ leaf }) => leaf?.wire ?? [])
    : null;
  const below = { type, fields, asking: null, stub: stubOf(fields), plain };
  if (ask === null) return below;
  const shape = { name: type, lists: 0 };
  const asking = createAsking({ ask, owner: type, arguments: new Map(), shape, below, translation });
  return { ...below, asking };
}

function stubOf(fields: readonly SelectedField[]): SelectedObject['stub'] {
  const given = fields.flatMap(({ field }) => (field === null || field.ask ? [] : [field]));
  return given.some(({ refers }) => refers !== null) ? null : given.map(({ wire }) => wire);
}

function selectField(
  key: string,
  nodes: readonly FieldNode[],
  { type, selecting }: { type: string; selecting: Selecting },
): SelectedField {
  const [node] = nodes;
  const { translation } = selecting;
  const { types } = translation;
  const owner = types.get(type) as TranslatedObject | undefined;
  const field = owner?.fields.get(node?.name.value ?? '') ?? null;
  const isObject = field !== null && types.get(field.type.name)?.kind === 'object';
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const below = isObject ? selectObject(sets, field.type.name, selecting) : null;
  return {
    key,
    field,
    arguments: new Map((node?.arguments ?? []).map(({ name, value }) => [name.value, value])),
    below,
    leaf: field && key !== '__proto__' ? leafOf(field) : null,
    asking: field?.ask
      ? createAsking({
          ask: field.ask,
          owner: type,
          arguments: field.arguments,
          shape: field.type,
          below,
          translation,
        })
      : null,
  };
}

const plainScalars = new Set(['String', 'Int', 'Float', 'Boolean', 'ID']);

function leafOf({ type, wire, ask, refers }: TranslatedField): SelectedField['leaf'] {
  const isPlain = ask === null && refers === null && type.lists === 0 && plainScalars.has(type.name);
  // Names that every object inherits are looked at with more care.
  return isPlain && !(wire in Object.prototype) ? { wire, isId: type.name === 'ID' } : null;
}

function collect(
  sets: readonly SelectionSetNode[],
  type: string,
  selecting: Selecting,
  into: Collected = new Map(),
): Collected {
  for (const { selections } of sets) {
    for (const selection of selections) {
      if (isLeftOut(selection, selecting)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const known = into.get(key);
        if (known) known.push(selection);
        else into.set(key, [selection]);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? selecting.fragments.get(selection.name.value) : selection;
      const condition = fragment?.typeCondition?.name.value;
      if (fragment && (condition === undefined || condition === type))
        collect([fragment.selectionSet], type, selecting, into);
    }
  }
  return into;
}

function isLeftOut(
  { directives = [] }: SelectionSetNode['selections'][number],
  { variables }: Selecting,
): boolean {
  return directives.some(({ name, arguments: given }) => {
    const value = given?.[0]?.value;
    const holds =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    return (name.value === 'skip' && holds) || (name.value === 'include' && !holds);
  });
}
