import type { SubgraphCall } from '../../../model/subgraphCall.ts';
import type { Translation } from '../../../model/translation.ts';

/** What a call to a service that is no GraphQL server brings along. */
export function translationOf({ translation }: SubgraphCall): Translation {
  if (!translation) throw new Error('A call without its translation');
  return translation;
}
