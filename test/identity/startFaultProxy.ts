import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong on the way to a provider, or at it. */
export type ProviderFault =
  | 'reset'
  | 'hangs'
  | 'trickles'
  | 'is cut off'
  | 'answers HTML'
  | 'answers an empty set'
  | 'answers 5 MB'
  | 'answers 500'
  | 'redirects';

export interface FaultProxy {
  readonly url: string;
  /** Requests so far whose path ends so. */
  asked(pathEnd: string): number;
  /** What goes wrong with paths that end so; null when nothing does any more. Requests that hang are let go then. */
  fail(fault: ProviderFault | null, pathEnd?: string): void;
  stop(): Promise<void>;
}

/** A proxy in front of a provider, which spoils what it is told to. `target` is asked for each request, since it may be exchanged. */
export async function startFaultProxy(target: () => string): Promise<FaultProxy> {
  const paths: string[] = [];
  const hanging = new Set<() => void>();
  let fault: ProviderFault | null = null;
  let failing = '';
  const server = createServer((asked, answer) => {
    const path = (asked.url ?? '').replace(/\?.*/, '');
    paths.push(path);
    if (fault === null || !path.endsWith(failing)) forward(asked, answer, target());
    else spoil(answer, fault, hanging);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: (pathEnd) => paths.filter((path) => path.endsWith(pathEnd)).length,
    fail(next, pathEnd = '') {
      fault = next;
      failing = pathEnd;
      for (const letGo of hanging) letGo();
      hanging.clear();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function forward(asked: IncomingMessage, answer: ServerResponse, target: string): void {
  const { method, headers, url } = asked;
  const onward = request(new URL(url ?? '/', target), { method, headers, agent: false }, (answered) => {
    answer.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  asked.pipe(onward);
}

const json = { 'content-type': 'application/json' };

function spoil(answer: ServerResponse, fault: ProviderFault, hanging: Set<() => void>): void {
  switch (fault) {
    case 'reset':
      answer.socket?.resetAndDestroy();
      return;
    case 'hangs':
      hanging.add(() => answer.destroy());
      return;
    case 'trickles':
      answer.writeHead(200, json).write('{"keys":[');
      hanging.add(() => answer.destroy());
      return;
    case 'is cut off':
      answer.writeHead(200, { ...json, 'content-length': '1000' });
      answer.write('{"keys":[', () => answer.destroy());
      return;
    case 'answers HTML':
      answer.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
      return;
    case 'answers an empty set':
      answer.writeHead(200, json).end('{"keys":[]}');
      return;
    case 'answers 5 MB':
      answer.writeHead(200, json).end(`{"keys":[],"padding":"${'x'.repeat(5 * 1024 ** 2)}"}`);
      return;
    case 'answers 500':
      answer.writeHead(500, json).end('{}');
      return;
    case 'redirects':
      answer.writeHead(302, { location: 'http://127.0.0.1:1/jwks' }).end();
      return;
  }
}
