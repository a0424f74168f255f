/**
 * The four subgraphs: one process, four ports on loopback. An answer is computed by graphql-js when its body is first seen and
 * replayed from then on, so that a run measures the gateway. Speaks with the benchmark over the IPC channel.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type DocumentNode, executeSync, type GraphQLSchema, parse } from 'graphql';
import { createMessageReader } from '../messageReader.ts';
import { executableSchema } from './executableSchema.ts';
import type { ResolverContext } from './resolvers.ts';
import { type SubgraphName, subgraphNames } from './schemas.ts';

export interface Call {
  readonly port: number;
  readonly path: string;
  readonly body: string;
}

export type SubgraphsRequest =
  | { readonly kind: 'reset' }
  | { readonly kind: 'count' }
  | { readonly kind: 'calls' };

export interface SubgraphsReply {
  /** Since the last reset. */
  readonly calls: number;
  /** Calls whose answer was not known yet. */
  readonly computed: number;
  /** The calls themselves, when they were asked for; at most 1,000. */
  readonly recorded: readonly Call[];
}

const maxRecorded = 1000;
let calls = 0;
let computed = 0;
let recorded: Call[] = [];

async function listen(name: SubgraphName): Promise<number> {
  const schema = executableSchema(name);
  const context: ResolverContext = { subgraph: name };
  const answers = new Map<string, Buffer>();
  const documents = new Map<string, DocumentNode>();
  const server: Server = createServer((socket: Socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    const read = createMessageReader({
      keepBody: true,
      onMessage({ body }) {
        // One byte a character: cheaper than UTF-8, and as good for a key.
        const key = body.toString('latin1');
        let answer = answers.get(key);
        if (!answer) {
          computed += 1;
          answer = httpAnswer(answerFor(body.toString('utf8'), { schema, documents, context }));
          answers.set(key, answer);
        }
        calls += 1;
        if (recorded.length < maxRecorded)
          recorded.push({ port, path: `/${name}`, body: body.toString('utf8') });
        socket.write(answer);
      },
    });
    socket.on('data', read);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return port;
}

function answerFor(
  text: string,
  parts: { schema: GraphQLSchema; documents: Map<string, DocumentNode>; context: ResolverContext },
): string {
  const { query, variables, operationName } = JSON.parse(text);
  let document = parts.documents.get(query);
  if (!document) {
    document = parse(query);
    parts.documents.set(query, document);
  }
  const { schema, context: contextValue } = parts;
  return JSON.stringify(
    executeSync({ schema, document, contextValue, variableValues: variables, operationName }),
  );
}

function httpAnswer(json: string): Buffer {
  const body = Buffer.from(json);
  const head =
    'HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-type: application/json; charset=utf-8\r\n' +
    `content-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

process.on('message', (request: SubgraphsRequest) => {
  if (request.kind === 'reset') {
    calls = 0;
    computed = 0;
    recorded = [];
  }
  const reply: SubgraphsReply = { calls, computed, recorded: request.kind === 'calls' ? recorded : [] };
  process.send?.(reply);
});
process.on('disconnect', () => process.exit());

const ports: [SubgraphName, number][] = [];
for (const name of subgraphNames) ports.push([name, await listen(name)]);
process.send?.(Object.fromEntries(ports));
