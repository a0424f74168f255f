import type { Ask, Translation } from '../../../model/translation.ts';
import { ByteBudget } from '../../byteBudget.ts';
import { retryAfterMs } from '../../retryAfterMs.ts';
import { tryOverHttp } from '../../tryOverHttp.ts';
import { commonHeaders } from '../translated/commonHeaders.ts';
import { fillTemplate } from '../translated/fillTemplate.ts';
import type { HeaderFields, Speech, WireRequest } from '../translated/speech.ts';
import type { Sending } from '../transport.ts';
import { expandPath } from './expandPath.ts';
import { readAnswer } from './readAnswer.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One try in JSON over HTTP: all its requests go to one instance, and share one deadline. */
export function restSpeech({ errors }: Translation, sending: Sending): Speech {
  const { call, target, timeoutMs, signal, isCut, clock, limits, noteBytes } = sending;
  const { subgraph } = call;
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  // Both speak of GraphQL.
  const { 'content-type': _type, accept: _accept, ...sent } = sending.headers;
  const base = target.path.replace(/\/$/, '');
  const answers: HeaderFields[] = [];
  const budget = new ByteBudget(limits.maxBytes);
  let bytes = 0;

  async function request(method: Method, path: string, body: string | null) {
    const headers: Record<string, string | string[]> = { ...sent, accept: 'application/json' };
    if (body !== null) headers['content-type'] = 'application/json';
    const response = await tryOverHttp({
      subgraph,
      method,
      path,
      body,
      target,
      headers,
      timeoutMs: Math.max(0, deadlineMs - clock.monotonicMs()),
      isCut,
      signal,
      budget,
      clock,
    });
    bytes += response.body.length;
    noteBytes(bytes);
    answers.push(response.headers);
    return response;
  }

  return {
    async askOnce({ asking, scope, members, query }) {
      const { ask } = asking;
      if (!ask.rest) throw new Error('A REST service asked in another protocol');
      const { method } = ask.rest;
      const { path, used } = expandPath(ask.rest.path, scope, query);
      const body = method === 'GET' || method === 'DELETE' ? null : bodyOf({ ask, scope, members }, used);
      const response = await request(method, `${base}${path}`, body);
      const later = response.headers['retry-after'];
      const head = {
        status: response.status,
        retryAfterMs: retryAfterMs(later === undefined ? null : String(later), clock),
      };
      return await readAnswer(response, head, {
        subgraph,
        ...limits,
        budget,
        errors,
        isMissingError: ask.isMissingError,
      });
    },
    async greet() {
      const response = await request('GET', target.path, null);
      if (response.status >= 500)
        await readAnswer(
          response,
          { status: response.status, retryAfterMs: 0 },
          { subgraph, ...limits, budget, errors, isMissingError: false },
        );
    },
    bytes: () => bytes,
    headers: () => commonHeaders(answers),
  };
}

/** What the translation says, or else the arguments that the path has no place for. */
function bodyOf(
  { ask, scope, members }: { readonly ask: Ask } & Pick<WireRequest, 'scope' | 'members'>,
  used: ReadonlySet<string>,
): string {
  if (ask.request) return JSON.stringify(fillTemplate(ask.request, scope));
  const rest = Object.entries(members).filter(([name]) => !used.has(name));
  return JSON.stringify(Object.fromEntries(rest));
}
