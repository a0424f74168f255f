import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '../../base/clock.ts';
import type { SendOutcome } from './sendOutcome.ts';

interface PostOptions {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** For all of it. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Who says one of these wants the same again, later (OTLP 1.x, section on failures over HTTP). */
const retried = new Set([429, 502, 503, 504]);

/** One POST of spans to the collector, by OTLP over HTTP. It never rejects. */
export function postSpans(body: Uint8Array, options: PostOptions): Promise<SendOutcome> {
  const { url, headers, timeoutMs, clock } = options;
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      method: 'POST',
      agent: false,
      headers: { ...headers, 'content-type': 'application/x-protobuf', 'content-length': body.byteLength },
    });
    const timer = clock.after(timeoutMs, () =>
      request.destroy(new Error('The collector did not answer in time')),
    );
    request.once('response', (response) => {
      const { statusCode: status = 0 } = response;
      // Its text is not for us: it may be as long as it likes, and the connection ends with it.
      response.destroy();
      timer.cancel();
      if (status >= 200 && status < 300) resolve({ kind: 'taken' });
      else if (retried.has(status)) resolve(later(`status ${status}`, response.headers['retry-after']));
      else resolve({ kind: 'refused', why: `status ${status}` });
    });
    // Stays: what the connection says after the answer is nobody's concern.
    request.on('error', (failure) => {
      timer.cancel();
      resolve({ kind: 'later', why: failure });
    });
    request.end(body);
  });
}

function later(why: string, retryAfter: string | undefined): SendOutcome {
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : null;
  return {
    kind: 'later',
    why: new Error(`The collector answered with ${why}`),
    ...(seconds !== null && { waitMs: seconds * 1000 }),
  };
}
