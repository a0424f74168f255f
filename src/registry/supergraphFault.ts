import { errorCauses, Supergraph } from '@apollo/federation-internals';
import { GraphQLError, parse } from 'graphql';
import { joinFeature } from './joinFeature.ts';

const shownCauses = 3;

/** Why this text cannot be served as a supergraph, in words that follow its name; null when it can. */
export function supergraphFault(sdl: string): string | null {
  try {
    const document = parse(sdl);
    if (!joinFeature(document)) {
      return "is not a composed supergraph: it does not link the join specification. If it is a subgraph's SDL, publish it or compose it first";
    }
    const supergraph = Supergraph.build(document, { supportedFeatures: null });
    supergraph.apiSchema();
    supergraph.subgraphs(); // planning needs them, and only taking them apart shows wrong join directives
    return null;
  } catch (thrown) {
    return `is not a supergraph that can be served: ${reasonOf(thrown)}`;
  }
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof RangeError) return 'it nests too deep';
  if (!(thrown instanceof Error)) return String(thrown);
  const causes = errorCauses(thrown) ?? [thrown];
  const more = causes.length > shownCauses ? ` (and ${causes.length - shownCauses} more)` : '';
  return causes.slice(0, shownCauses).map(inOneLine).join('; ') + more;
}

function inOneLine(cause: Error): string {
  const place = cause instanceof GraphQLError ? cause.locations?.[0] : undefined;
  return place ? `${place.line}:${place.column} ${cause.message}` : cause.message;
}
