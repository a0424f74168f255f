import {
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Operation } from '../model/operation.ts';
import type { AuthorizationRule, SchemaRules } from '../model/schemaRules.ts';

/** What has to be met for a field of a type; where that is an interface, for each type an object of it may have. */
export interface FieldRules {
  /** Object types, by name; those that are not in it are open to everybody. */
  readonly byType: ReadonlyMap<string, AuthorizationRule>;
  readonly possibleTypes: readonly string[];
  /** For types that clients do not know. */
  readonly behind: AuthorizationRule | null;
}

/** The rules of a schema, as operations meet them. */
export interface OperationRules {
  /** Null for what is open to everybody. */
  ofField(parent: GraphQLCompositeType, name: string): FieldRules | null;
  /** The coordinates of protected fields that an operation asks for, the conditions of `@skip` and `@include` left aside, with their rules. */
  askedBy(operation: Pick<Operation, 'document' | 'definition'>): ReadonlyMap<string, AuthorizationRule>;
}

/** Equal rules are one object, so that they can be told apart by it. */
export function createOperationRules(
  schema: GraphQLSchema,
  { protectedFields }: Pick<SchemaRules, 'protectedFields'>,
): OperationRules {
  const rules = oneForEqual(protectedFields);
  const known = new Map<string, FieldRules | null>();

  function find(parent: GraphQLCompositeType, name: string): FieldRules | null {
    if (name.startsWith('__')) return null;
    const possible = isObjectType(parent)
      ? [parent]
      : isInterfaceType(parent)
        ? schema.getPossibleTypes(parent)
        : [];
    const byType = new Map<string, AuthorizationRule>();
    for (const type of possible) {
      const rule = rules.get(`${type.name}.${name}`);
      if (rule) byType.set(type.name, rule);
    }
    const behind = isInterfaceType(parent) ? (rules.get(`${parent.name}.${name}`) ?? null) : null;
    if (byType.size === 0 && !behind) return null;
    return { byType, behind, possibleTypes: possible.map((type) => type.name) };
  }

  function ofField(parent: GraphQLCompositeType, name: string): FieldRules | null {
    const coordinate = `${parent.name}.${name}`;
    const found = known.get(coordinate) ?? find(parent, name);
    known.set(coordinate, found);
    return found;
  }

  return {
    ofField,
    askedBy(operation) {
      const asked = new Map<string, AuthorizationRule>();
      // An interface may have very many types, and be asked for the same field very often.
      const seen = new Set<FieldRules>();
      const info = new TypeInfo(schema);
      for (const definition of reachedDefinitions(operation)) {
        visit(
          definition,
          visitWithTypeInfo(info, {
            [Kind.FIELD]({ name: { value: name } }) {
              const parent = info.getParentType();
              const found = parent ? ofField(parent, name) : null;
              if (!found || seen.has(found)) return;
              seen.add(found);
              for (const [type, rule] of found.byType) asked.set(`${type}.${name}`, rule);
              if (found.behind) asked.set(`${parent?.name}.${name}`, found.behind);
            },
          }),
        );
      }
      return asked;
    },
  };
}

function oneForEqual(rules: ReadonlyMap<string, AuthorizationRule>): ReadonlyMap<string, AuthorizationRule> {
  const byText = new Map<string, AuthorizationRule>();
  return new Map(
    [...rules].map(([coordinate, rule]) => {
      const text = JSON.stringify(rule);
      const one = byText.get(text) ?? rule;
      byText.set(text, one);
      return [coordinate, one];
    }),
  );
}

/** The operation, and the fragments it spreads, directly or around a corner. */
function reachedDefinitions({ document, definition }: Pick<Operation, 'document' | 'definition'>) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.document.definitions)
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const reached = new Set<OperationDefinitionNode | FragmentDefinitionNode>([definition]);
  // What is added while it is walked is walked too.
  for (const one of reached) {
    visit(one, {
      [Kind.FRAGMENT_SPREAD]({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment) reached.add(fragment);
      },
    });
  }
  return reached;
}
