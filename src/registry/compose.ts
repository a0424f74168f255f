import { type CompositionResult, compose as composeSubgraphs } from '@apollo/composition';
import { buildSubgraph, errorCauses, type Subgraph, Subgraphs } from '@apollo/federation-internals';
import { type ASTNode, type DocumentNode, type GraphQLError, parse, Source } from 'graphql';
import { sha256 } from '../base/sha256.ts';
import type { CompositionRemark, SdlPlace } from '../model/registry.ts';
import { readTranslation, TranslationFault } from '../translation/translation.ts';
import type { ComposeMember, HashedSdl } from './composeJob.ts';
import { reservedNames } from './reservedNames.ts';

type CompositionHint = NonNullable<CompositionResult['hints']>[number];

export interface Composed {
  readonly supergraph: HashedSdl | null;
  readonly errors: readonly CompositionRemark[];
  readonly hints: readonly CompositionRemark[];
}

/** Makes one supergraph of all subgraphs, or says why they do not fit together. The only place that knows Apollo's composition. */
export function compose(members: readonly ComposeMember[]): Composed {
  try {
    const subgraphs = new Subgraphs();
    const faults: CompositionRemark[] = [];
    for (const member of members) {
      const built = build(member);
      if ('faults' in built) faults.push(...built.faults);
      else subgraphs.add(built.subgraph);
    }
    if (faults.length > 0) return refused(faults);
    const { errors, supergraphSdl, hints } = composeSubgraphs(subgraphs);
    if (errors) return refused(errors.map((error) => remarkOfError(error)));
    return {
      supergraph: { hash: sha256(supergraphSdl), sdl: supergraphSdl },
      errors: [],
      hints: hints.filter(({ definition }) => definition.level.name !== 'DEBUG').map(remarkOfHint),
    };
  } catch (thrown) {
    return refused([remarkOfThrown(thrown)]);
  }
}

function refused(errors: readonly CompositionRemark[]): Composed {
  return { supergraph: null, errors, hints: [] };
}

function build(
  member: ComposeMember,
): { readonly subgraph: Subgraph } | { readonly faults: readonly CompositionRemark[] } {
  const { name, url, sdl } = member;
  try {
    const document: DocumentNode = parse(new Source(sdl, name));
    const reserved = reservedNames(document, name);
    if (reserved.length > 0) return { faults: reserved };
    const untranslatable = translationFault(sdl, name);
    if (untranslatable) return { faults: [untranslatable] };
    return { subgraph: buildSubgraph(name, url, document) };
  } catch (thrown) {
    const causes = thrown instanceof Error ? errorCauses(thrown) : undefined;
    if (!causes) return { faults: [remarkOfThrown(thrown, name)] };
    return { faults: causes.map((cause) => remarkOfError(cause, name)) };
  }
}

/** Why a service that is no GraphQL server could not be asked as its SDL says. */
function translationFault(sdl: string, subgraph: string): CompositionRemark | null {
  try {
    readTranslation(sdl);
    return null;
  } catch (thrown) {
    if (!(thrown instanceof TranslationFault)) throw thrown;
    return { code: 'INVALID_TRANSLATION', message: `[${subgraph}] ${thrown.message}`, places: [] };
  }
}

/** Anything thrown that is no error of the SDL is a fault of composition itself, which must not take the gateway along. */
function remarkOfThrown(thrown: unknown, subgraph?: string): CompositionRemark {
  const prefix = subgraph === undefined ? '' : `[${subgraph}] `;
  if (thrown instanceof RangeError) {
    return { code: 'INVALID_GRAPHQL', message: `${prefix}The SDL nests too deep`, places: [] };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'COMPOSITION_FAULT',
    message: `${prefix}Composition failed by itself: ${message}`,
    places: [],
  };
}

function remarkOfError(error: GraphQLError, subgraph?: string): CompositionRemark {
  const code = typeof error.extensions.code === 'string' ? error.extensions.code : 'INVALID_GRAPHQL';
  const named = subgraph === undefined || error.message.startsWith(`[${subgraph}] `);
  return {
    code,
    message: named ? error.message : `[${subgraph}] ${error.message}`,
    places: error.nodes ? placesOf(error.nodes) : placesInText(error, subgraph),
  };
}

function remarkOfHint(hint: CompositionHint): CompositionRemark {
  return { code: hint.definition.code, message: hint.message, places: placesOf(hint.nodes ?? []) };
}

function placesOf(nodes: readonly ASTNode[]): readonly SdlPlace[] {
  return nodes.flatMap((node) => {
    const subgraph = 'subgraph' in node && typeof node.subgraph === 'string' ? node.subgraph : null;
    // Nodes of a field set (`fields: "id"`) count from its own beginning, so they are no places of the SDL.
    if (subgraph === null || node.loc?.source.name !== subgraph) return [];
    return [{ subgraph, line: node.loc.startToken.line, column: node.loc.startToken.column }];
  });
}

function placesInText(error: GraphQLError, subgraph: string | undefined): readonly SdlPlace[] {
  if (subgraph === undefined || error.source?.name !== subgraph) return [];
  return (error.locations ?? []).map(({ line, column }) => ({ subgraph, line, column }));
}
