import { type DirectiveNode, type DocumentNode, Kind } from 'graphql';

/** The `@link` (or, of old, `@core`) to the join specification, which every supergraph has and no subgraph; null without one. */
export function joinFeature(document: DocumentNode): DirectiveNode | null {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    const link = definition.directives?.find(isJoinFeature);
    if (link) return link;
  }
  return null;
}

function isJoinFeature(directive: DirectiveNode): boolean {
  return (directive.arguments ?? []).some(
    ({ name, value }) =>
      (name.value === 'url' || name.value === 'feature') &&
      value.kind === Kind.STRING &&
      /^https:\/\/specs\.apollo\.dev\/join\/v/.test(value.value),
  );
}
