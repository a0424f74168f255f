import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  visit,
} from 'graphql';
import { joinArguments } from './joinArguments.ts';
import type { SharedFields } from './sharedFields.ts';
import type { UsedFields } from './usedFields.ts';

export interface Pruning {
  readonly shared: SharedFields;
  readonly used: UsedFields;
  /** How many subgraphs are left for each shared field that is used; at least 1. */
  readonly copies: number;
}

/**
 * The same supergraph with few subgraphs left for each shared field that is used. Every answer stays possible (see sharedFields),
 * while a planner has little to choose from.
 *
 * Which ones: for each type as few as cover its used fields, those first that have a used field nobody else has; of equal ones
 * the one that has most of what the whole document uses, then the first by name. So equal documents get equal plans.
 */
export function pruneSupergraph(supergraph: DocumentNode, pruning: Pruning): DocumentNode {
  const common = countUses(supergraph, pruning.used);
  return visit(supergraph, {
    ObjectTypeDefinition(type) {
      const choices = pruning.shared.get(type.name.value);
      const wanted = pruning.used.get(type.name.value);
      if (!choices || !wanted) return false;
      const kept = keptGraphs(type, { choices, wanted, copies: pruning.copies, common });
      return {
        ...type,
        fields: type.fields?.map((field) => resolvedIn(kept.get(field.name.value), field)),
      };
    },
  });
}

interface Choosing {
  readonly choices: ReadonlyMap<string, readonly string[]>;
  readonly wanted: ReadonlySet<string>;
  readonly copies: number;
  readonly common: ReadonlyMap<string, number>;
}

function keptGraphs(
  { fields = [] }: ObjectTypeDefinitionNode,
  { choices, wanted, copies, common }: Choosing,
): ReadonlyMap<string, readonly string[]> {
  const open = new Map([...choices].filter(([field]) => wanted.has(field)));
  const forced = fields.filter(({ name }) => wanted.has(name.value) && !choices.has(name.value));
  const needed = new Set(
    forced
      .map(graphsOfField)
      .filter((graphs) => graphs.length === 1)
      .flat(),
  );
  const order = inOrder(open, { needed, common });
  return new Map(
    [...open].map(([field, graphs]) => [
      field,
      order.filter((graph) => graphs.includes(graph)).slice(0, copies),
    ]),
  );
}

/** The graphs of these fields, so that the first ones cover them all. */
function inOrder(
  fields: ReadonlyMap<string, readonly string[]>,
  { needed, common }: { needed: ReadonlySet<string>; common: ReadonlyMap<string, number> },
): readonly string[] {
  const order: string[] = [];
  const left = new Set([...fields.values()].flat());
  let uncovered = [...fields.values()];
  while (left.size > 0) {
    const ranks = new Map(
      [...left].map((graph) => [
        graph,
        [
          needed.has(graph) ? 1 : 0,
          uncovered.filter((graphs) => graphs.includes(graph)).length,
          common.get(graph) ?? 0,
        ],
      ]),
    );
    const [best = ''] = [...left].sort(
      (a, b) => compareRanks(ranks.get(b) ?? [], ranks.get(a) ?? []) || (a < b ? -1 : 1),
    );
    left.delete(best);
    order.push(best);
    uncovered = uncovered.filter((graphs) => !graphs.includes(best));
  }
  return order;
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) {
    const difference = value - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** How many of the used fields each graph has. */
function countUses(supergraph: DocumentNode, used: UsedFields): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const type of supergraph.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const ofType = joinArguments(type, 'join__type').map(({ graph }) => graph);
    for (const field of type.fields ?? []) {
      if (!used.get(type.name.value)?.has(field.name.value)) continue;
      const own = graphsOfField(field);
      for (const graph of new Set(own.length > 0 ? own : ofType))
        counts.set(graph, (counts.get(graph) ?? 0) + 1);
    }
  }
  return counts;
}

function graphsOfField(field: FieldDefinitionNode): string[] {
  return joinArguments(field, 'join__field')
    .filter(({ others }) => !others.has('external'))
    .map(({ graph }) => graph);
}

function resolvedIn(graphs: readonly string[] | undefined, field: FieldDefinitionNode): FieldDefinitionNode {
  if (!graphs) return field;
  const others = field.directives?.filter(({ name }) => name.value !== 'join__field') ?? [];
  return { ...field, directives: [...others, ...graphs.map(joinField)] };
}

function joinField(graph: string): ConstDirectiveNode {
  const name = { kind: Kind.NAME, value: 'graph' } as const;
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'join__field' },
    arguments: [{ kind: Kind.ARGUMENT, name, value: { kind: Kind.ENUM, value: graph } }],
  };
}
