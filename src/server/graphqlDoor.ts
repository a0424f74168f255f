import { chooseMediaType } from '../request/request.ts';
import type { ApolloDoor } from './apollo/apolloDoor.ts';
import type { Door } from './door.ts';
import { parseBody } from './parseBody.ts';
import { parseSearch } from './parseSearch.ts';
import { withRequestId } from './withRequestId.ts';

/** GraphQL over HTTP, with Apollo Server behind it. */
export function createGraphQLDoor({ apollo }: { readonly apollo: ApolloDoor }): Door {
  return {
    route: null,
    async readAsked(sent) {
      return sent.method === 'GET' ? parseSearch(sent.search) : parseBody(await sent.readBody());
    },
    answer: (admitted) => apollo.answer(admitted),
    refuse: (refusal, arrival) => ({
      status: refusal.status,
      headers: {
        'content-type': `${chooseMediaType(arrival.headers.accept) ?? 'application/json'}; charset=utf-8`,
        'cache-control': 'no-store',
        ...refusal.headers,
      },
      body: JSON.stringify({ errors: withRequestId(refusal.errors, arrival.requestId) }),
    }),
  };
}
