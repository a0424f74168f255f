import { Agent, request } from 'undici';
import { guardedLookup } from '../base/guardedLookup.ts';

/** Asks identity providers over HTTP: one JSON document each time, bounded, never by way of a redirect. */
export interface ProviderClient {
  /** Rejects for anything but a 200 with JSON; the message holds nothing of what was sent or received. */
  get(url: string, signal: AbortSignal): Promise<unknown>;
  post(url: string, form: ProviderForm, signal: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

export interface ProviderForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly authorization: string;
}

const maxBytes = 256 * 1024;
const connectTimeoutMs = 2_000;
/** Enough for 1,000 introspections a second of 30 ms each. */
const connections = 32;

export function createProviderClient(): ProviderClient {
  const dispatcher = new Agent({
    connections,
    // The caller's signal bounds the whole of it.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: connectTimeoutMs, lookup: guardedLookup },
  });
  const accept = { accept: 'application/json' };

  async function ask(url: string, options: Parameters<typeof request>[1]): Promise<unknown> {
    const { statusCode, body } = await request(url, { ...options, dispatcher });
    if (statusCode !== 200) {
      await body.dump({ limit: maxBytes }); // destroying it would be an error of its own
      throw new Error(`the answer has the status ${statusCode}, where only 200 is taken`);
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`); // leaving the loop ends it
      chunks.push(chunk);
    }
    return parseJson(Buffer.concat(chunks).toString('utf8'));
  }

  return {
    get: (url, signal) => ask(url, { signal, headers: accept }),
    post: (url, { fields, authorization }, signal) =>
      ask(url, {
        method: 'POST',
        signal,
        headers: { ...accept, authorization, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
      }),
    close: () => dispatcher.destroy(),
  };
}

/** A parser's own message would repeat what it read. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the answer is not JSON');
  }
}
