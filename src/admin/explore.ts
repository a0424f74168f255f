import type { IncomingHttpHeaders } from 'node:http';
import { SluiceError } from '../base/errors.ts';
import type { AdminAnswer } from './adminAnswer.ts';
import type { AdminCaller } from './adminCaller.ts';
import { refuseUnlessAllowed } from './refuseUnlessAllowed.ts';

const timeoutMs = 60_000;
const maxAnswerBytes = 16 * 1024 ** 2;

/**
 * Sends what the console's explorer asks to the gateway, over HTTP and as any client would: every rule of the gateway holds for it, and
 * who asks shows a token of the gateway's own in `sluice-explorer-token`. The page itself may speak to nobody but the admin.
 */
export async function explore(
  { headers, body, caller }: { headers: IncomingHttpHeaders; body: Uint8Array; caller: AdminCaller },
  { endpoint }: { endpoint: string | null },
): Promise<AdminAnswer> {
  refuseUnlessAllowed({ field: 'The explorer', needs: { role: 'publisher' }, asked: {} }, caller);
  if (endpoint === null) throw new SluiceError('DRAINING', 'The gateway does not listen yet.');
  const token = headers['sluice-explorer-token'];
  const signal = AbortSignal.any([caller.signal, AbortSignal.timeout(timeoutMs)]);
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'apollographql-client-name': 'sluice-console',
      ...(typeof token === 'string' && token !== '' && { authorization: `Bearer ${token}` }),
    },
    body: Buffer.from(body),
    signal,
    redirect: 'error',
  });
  const answer = Buffer.from(await response.arrayBuffer());
  if (answer.byteLength > maxAnswerBytes)
    throw new SluiceError(
      'BODY_TOO_LARGE',
      `The answer has ${answer.byteLength} bytes; the explorer shows ${maxAnswerBytes}: ask for less.`,
    );
  return {
    status: response.status,
    headers: {
      'content-type': response.headers.get('content-type') ?? 'application/json',
      'sluice-explored-request': response.headers.get('x-request-id') ?? '',
    },
    body: answer,
  };
}
