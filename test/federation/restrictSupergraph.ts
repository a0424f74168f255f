import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';
import { sha256 } from '../../src/base/sha256.ts';
import type { Supergraph } from '../../src/model/supergraph.ts';

const links = `extend schema @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)
  @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)
  @link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY)`;
const definitions = `directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  scalar requiresScopes__Scope
  directive @policy(policies: [[policy__Policy!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  scalar policy__Policy`;

/**
 * A composed supergraph with directives as they are given by coordinate, also where composition would refuse them today: supergraphs
 * composed earlier have them there.
 */
export function restrictSupergraph(
  supergraph: Supergraph,
  directives: ReadonlyMap<string, string>,
): Supergraph {
  const linked = withLinks(parse(supergraph.sdl));
  const restricted = visit(linked, {
    enter(node) {
      if (!isTypeDefinitionNode(node)) return undefined;
      const type = node.name.value;
      const fields = 'fields' in node ? (node.fields ?? []) : [];
      return {
        ...node,
        directives: [...(node.directives ?? []), ...parsed(directives.get(type))],
        ...('fields' in node && node.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION
          ? {
              fields: (fields as readonly FieldDefinitionNode[]).map((field) => ({
                ...field,
                directives: [
                  ...(field.directives ?? []),
                  ...parsed(directives.get(`${type}.${field.name.value}`)),
                ],
              })),
            }
          : {}),
      } as never;
    },
  });
  const sdl = print(restricted);
  return { ...supergraph, sdl, hash: sha256(sdl) };
}

function parsed(directive: string | undefined): readonly ConstDirectiveNode[] {
  if (directive === undefined) return [];
  const [type] = parse(`type T ${directive}`).definitions;
  return type?.kind === Kind.OBJECT_TYPE_DEFINITION ? (type.directives ?? []) : [];
}

function withLinks(document: DocumentNode): DocumentNode {
  const [extension] = parse(links).definitions;
  const added = extension?.kind === Kind.SCHEMA_EXTENSION ? (extension.directives ?? []) : [];
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      ...document.definitions.map((node) =>
        node.kind === Kind.SCHEMA_DEFINITION
          ? { ...node, directives: [...(node.directives ?? []), ...added] }
          : node,
      ),
      ...parse(definitions).definitions,
    ],
  };
}
