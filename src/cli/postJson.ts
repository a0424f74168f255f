import { request as httpRequest, type IncomingMessage } from 'node:http';

export interface PostJsonOptions {
  readonly body: string;
  /** For `Authorization: Bearer`. */
  readonly token: string | null;
  readonly signal: AbortSignal;
}

/** The body of the answer, whatever its status; redirects are not followed. `node:http` loads in half the time of fetch. */
export async function postJson(url: string, { body, token, signal }: PostJsonOptions): Promise<string> {
  const send = url.startsWith('https:') ? (await import('node:https')).request : httpRequest;
  const headers = {
    'content-type': 'application/json',
    ...(token !== null && { authorization: `Bearer ${token}` }),
  };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  send(url, { method: 'POST', headers, signal }, resolve).on('error', reject).end(body);
  const chunks: Buffer[] = [];
  for await (const chunk of await promise) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
