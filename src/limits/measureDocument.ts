import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { orderFragments } from './orderFragments.ts';
import { saturated } from './saturated.ts';

/** What a selection comes to once its fragments are spread. */
export interface Measure {
  /** Levels of fields. */
  readonly depth: number;
  /** Fields of the first level. */
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
}

const nothing: Measure = { depth: 0, fields: 0, aliases: 0, directives: 0 };

/**
 * Measures each operation of a document. What fragments come to is counted as often as they are spread, but found out once, so the time
 * is linear in the document; the numbers may be astronomical, and stop growing where they would not be exact any more.
 */
export function measureDocument(document: DocumentNode): readonly Measure[] {
  const fragments = new Map<string, Measure>();
  for (const [name, fragment] of orderFragments(document))
    fragments.set(name, measureFragment(fragment, fragments));
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const measure = measureSet(definition.selectionSet, fragments);
    const variables = definition.variableDefinitions ?? [];
    const own = [definition, ...variables].reduce((sum, node) => sum + (node.directives?.length ?? 0), 0);
    return [{ ...measure, directives: saturated(measure.directives + own) }];
  });
}

function measureFragment(
  { selectionSet, directives = [] }: FragmentDefinitionNode,
  fragments: ReadonlyMap<string, Measure>,
): Measure {
  const measure = measureSet(selectionSet, fragments);
  return { ...measure, directives: saturated(measure.directives + directives.length) };
}

/** Recursive as deep as brackets may nest (`recursion`). */
function measureSet({ selections }: SelectionSetNode, fragments: ReadonlyMap<string, Measure>): Measure {
  let { depth, fields, aliases, directives } = nothing;
  for (const selection of selections) {
    const isField = selection.kind === Kind.FIELD;
    const below =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? (fragments.get(selection.name.value) ?? nothing)
        : selection.selectionSet
          ? measureSet(selection.selectionSet, fragments)
          : nothing;
    depth = Math.max(depth, below.depth + (isField ? 1 : 0));
    fields = saturated(fields + (isField ? 1 : below.fields));
    aliases = saturated(aliases + below.aliases + (isField && selection.alias ? 1 : 0));
    directives = saturated(directives + below.directives + (selection.directives?.length ?? 0));
  }
  return { depth, fields, aliases, directives };
}
