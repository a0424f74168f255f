import type { Clock } from '../base/clock.ts';
import type { Answer } from './answer.ts';
import type { Target } from './openTarget.ts';
import type { Send, SentCall } from './sentCall.ts';
import type { Transports } from './transports/transports.ts';
import type { UpstreamOptions } from './upstreamOptions.ts';

export interface SendTryParts {
  readonly clock: Clock;
  readonly transports: Transports;
  /** As they are now. */
  readonly options: () => UpstreamOptions;
}

/** The end of the chain: one try, in the protocol of the subgraph, at the instance that was chosen. */
export function sendTry({ clock, transports, options }: SendTryParts): Send {
  return async (sent): Promise<Answer> => {
    const { call, note, signal, isCut, deadlineMs } = sent;
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
    const limits = { maxBytes, maxValues, extensions };
    const noteBytes = (bytes: number): void => {
      note.bytes = bytes;
    };
    const transport = transports[note.protocol];
    return transport.send({ call, target, headers, timeoutMs, isCut, signal, limits, clock, noteBytes });
  };
}

function targetOf({ route, instance }: SentCall): Target {
  if (instance === null) throw new Error('No instance was chosen');
  return route.targetOf(instance);
}
