import type { Clock } from '../base/clock.ts';
import type { Answer } from './answer.ts';
import { readAnswer } from './answer.ts';
import type { Target } from './openTarget.ts';
import type { Send, SentCall } from './sentCall.ts';
import { tryOverHttp } from './tryOverHttp.ts';
import type { UpstreamOptions } from './upstreamOptions.ts';

export interface SendTryParts {
  readonly clock: Clock;
  /** As they are now. */
  readonly options: () => UpstreamOptions;
}

/** The end of the chain: one request over HTTP to the instance that was chosen, and its answer, read. */
export function sendTry({ clock, options }: SendTryParts): Send {
  return async (sent): Promise<Answer> => {
    const { call, note, signal, isCut, deadlineMs } = sent;
    const { subgraph } = call;
    const { maxResponse: maxBytes, maxValues, errorExtensions: extensions, deadlineHeader } = options();
    const timeoutMs = Math.max(0, deadlineMs - sent.sentAtMs);
    const headers: Record<string, string | string[]> = {
      ...sent.headers.fields,
      'x-request-id': call.caller.requestId,
      ...sent.traceHeaders,
    };
    if (deadlineHeader !== false) headers[deadlineHeader] = String(Math.floor(timeoutMs));
    const { credential } = sent.route;
    if (credential) {
      const shown = credential.header();
      headers.authorization = typeof shown === 'string' ? shown : await shown;
    }
    const target = targetOf(sent);
    const wire = { subgraph, body: call.body, target, headers, timeoutMs, isCut, maxBytes, signal, clock };
    const response = await tryOverHttp(wire);
    note.bytes = response.body.length;
    return readAnswer(response, clock, { subgraph, maxBytes, maxValues, extensions });
  };
}

function targetOf({ route, instance }: SentCall): Target {
  if (instance === null) throw new Error('No instance was chosen');
  return route.targetOf(instance);
}
