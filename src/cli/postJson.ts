import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

export interface PostJsonOptions {
  readonly body: string;
  /** For `Authorization: Bearer`. */
  readonly token: string | null;
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Told the header fields of the answer. */
  onHead?(headers: IncomingHttpHeaders): void;
}

/** The body of the answer, whatever its status; redirects are not followed. `node:http` loads in half the time of fetch. */
export async function postJson(
  url: string,
  { body, token, signal, headers: more, onHead }: PostJsonOptions,
): Promise<string> {
  const send = url.startsWith('https:') ? (await import('node:https')).request : httpRequest;
  const headers = {
    'content-type': 'application/json',
    ...more,
    ...(token !== null && { authorization: `Bearer ${token}` }),
  };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  send(url, { method: 'POST', headers, signal }, resolve).on('error', reject).end(body);
  const chunks: Buffer[] = [];
  const answer = await promise;
  onHead?.(answer.headers);
  for await (const chunk of answer) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
