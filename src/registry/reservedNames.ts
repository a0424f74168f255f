import { type DocumentNode, Kind, type NameNode, visit } from 'graphql';
import type { CompositionRemark } from '../model/registry.ts';
import { joinFeature } from './joinFeature.ts';

/**
 * Names a subgraph may not define: GraphQL keeps those that begin with `__`, and composition those that begin with `join__`
 * (it fails by itself when it meets one). A whole supergraph given as a subgraph is told so once.
 */
export function reservedNames(document: DocumentNode, subgraph: string): readonly CompositionRemark[] {
  const feature = joinFeature(document);
  if (feature) {
    const message = `[${subgraph}] This is a composed supergraph, not a subgraph: it links the join specification`;
    return [remark(message, { subgraph, at: feature })];
  }
  const remarks: CompositionRemark[] = [];
  visit(document, {
    enter(node) {
      if (!node.kind.endsWith('Definition') || !('name' in node) || node.name?.kind !== Kind.NAME) return;
      const reason = reasonAgainst(node.name.value);
      if (reason === null) return;
      remarks.push(remark(`[${subgraph}] Name "${node.name.value}" ${reason}`, { subgraph, at: node.name }));
    },
  });
  return remarks;
}

function reasonAgainst(name: string): string | null {
  if (name.startsWith('__')) return 'must not begin with "__", which is reserved by GraphQL introspection';
  if (name.startsWith('join__')) return 'must not begin with "join__", which is reserved for supergraphs';
  return null;
}

function remark(message: string, place: { subgraph: string; at: Pick<NameNode, 'loc'> }): CompositionRemark {
  const { subgraph, at } = place;
  const start = at.loc?.startToken;
  return {
    code: 'INVALID_GRAPHQL',
    message,
    places: start ? [{ subgraph, line: start.line, column: start.column }] : [],
  };
}
