import type { IncomingMessage } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { Exchange } from './connections.ts';

/** How much of a body is still read after its refusal, and for how long. */
const discardBytes = 64 * 1024;
const discardMs = 1000;

/** Whether bytes of the request may still be coming; when its handler begins, Node has not even seen that there are none. */
export function isRestComing({ complete, headers }: IncomingMessage): boolean {
  return !complete && (headers['content-length'] ?? headers['transfer-encoding']) !== undefined;
}

/** Whether what is left of a body will be read away, so that its connection can be used again. */
export function isRestSmall({ headers }: IncomingMessage): boolean {
  return Number(headers['content-length']) <= discardBytes && headers.expect === undefined;
}

/**
 * Ends a response whose request is still coming. Ended at once, Node would close the socket on bytes that were not read, and the
 * client's system would drop our answer with them; so a little is read away, and the client has a moment to take the answer.
 */
export function discardRest({ request, response }: Exchange, clock: Clock): void {
  let left = discardBytes;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    cut.cancel();
    request.socket.off('end', end);
    response.end();
    if (!request.complete) request.socket.destroySoon();
  };
  const cut = clock.after(discardMs, end);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.pause();
  });
  request.once('end', end).once('close', end);
  // The client has taken its answer, or at least will send no more.
  if (request.socket.readableEnded) end();
  else request.socket.once('end', end);
}
