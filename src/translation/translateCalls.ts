import type { CallSubgraph } from '../model/subgraphCall.ts';
import type { Translation } from '../model/translation.ts';

/** Calls to subgraphs that are no GraphQL servers bring their translation along: that of the supergraph they were planned for. */
export function translateCalls(
  call: CallSubgraph,
  translations: ReadonlyMap<string, Translation>,
): CallSubgraph {
  if (translations.size === 0) return call;
  return (asked) => {
    const translation = translations.get(asked.subgraph);
    return call(translation ? { ...asked, translation } : asked);
  };
}
