import type { ServerResponse } from 'node:http';
import type { LiveFeed } from './liveFeed.ts';
import type { LiveSecond } from './liveSecond.ts';

/** A watcher that does not read gets no more than this ahead. */
const maxWaitingBytes = 1024 ** 2;

/** Server-sent events (WHATWG HTML, section 9.2): one `second` a second, until the watcher goes or `ends` is aborted. */
export function streamLive(
  response: ServerResponse,
  { feed, ends }: { readonly feed: LiveFeed; readonly ends: AbortSignal },
): void {
  const leave = feed.watch((seconds) => {
    if (response.writableLength > maxWaitingBytes) response.destroy();
    else for (const second of seconds) response.write(eventOf(second));
  });
  const end = (): void => void response.end();
  ends.addEventListener('abort', end);
  response.on('close', () => {
    ends.removeEventListener('abort', end);
    leave();
  });
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.flushHeaders();
}

/** JSON has no line breaks of its own, which is what would end an event. */
function eventOf(second: LiveSecond): string {
  return `event: second\ndata: ${JSON.stringify(second)}\n\n`;
}
