import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { Operation, Withheld } from '../model/operation.ts';
import { type Parting, partSet, setOf } from './partSet.ts';

type Asked = Pick<Operation, 'document' | 'definition'>;

/** What is left of an operation, and the whole, from which the result is written. */
export interface Withholding {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly withheld: Withheld;
}

/** A field of an interface that is denied for some of its types is asked for each of the others; more nodes than this are not made for it. */
const maxCopiedNodes = 5000;

/**
 * Takes out of an operation what is denied; an empty selection becomes `__typename`. Where a denied field may not be null, nothing
 * beside it is asked: the object around it is null whatever that is, and a mutation whose data will be null does nothing.
 *
 * Of an interface's field that is denied for some types the others stay. Where there would be too many of them, all such fields are
 * withheld of every type.
 */
export function withhold(asked: Asked, parts: Pick<Parting, 'schema' | 'rules' | 'isDenied'>): Withholding {
  const { definition } = asked;
  const root = rootType(parts.schema, definition);
  const sources = fragmentsOf(asked);

  function part(copiesLeft: number): Withholding | null {
    const fragments: Parting['fragments'] = new Map();
    const withheld: Parting['withheld'] = new Set();
    const parting: Parting = { ...parts, sources, fragments, denials: new Map(), withheld, copiesLeft };
    const { whole, rest } = partSet(definition.selectionSet, root, parting);
    if (copiesLeft > 0 && parting.copiesLeft < 0) return null;
    const left = documentOf(
      { ...definition, selectionSet: rest ?? setOf([]) },
      (name) => fragments.get(name)?.rest,
    );
    const all = documentOf({ ...definition, selectionSet: whole }, (name) => fragments.get(name)?.whole);
    return { ...left, withheld: { fields: withheld, ...all } };
  }

  return part(maxCopiedNodes) ?? (part(0) as Withholding);
}

function rootType(schema: GraphQLSchema, { operation }: OperationDefinitionNode): GraphQLObjectType {
  const type = schema.getRootType(operation);
  if (!type) throw new Error(`The schema has no type for a ${operation}`);
  return type;
}

function fragmentsOf({ document }: Asked): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );
}

/** The operation with the fragments that it still spreads, directly or around a corner. */
function documentOf(
  definition: OperationDefinitionNode,
  fragmentOf: (name: string) => FragmentDefinitionNode | null | undefined,
): Pick<Withholding, 'document' | 'definition'> {
  const definitions = new Set<OperationDefinitionNode | FragmentDefinitionNode>([definition]);
  // What is added while it is walked is walked too.
  for (const one of definitions) {
    visit(one, {
      [Kind.FRAGMENT_SPREAD]({ name }) {
        const fragment = fragmentOf(name.value);
        if (fragment) definitions.add(fragment);
      },
    });
  }
  return { definition, document: { kind: Kind.DOCUMENT, definitions: [...definitions] } };
}
