/** A subgraph process that answers one text whatever it is asked, for next to no CPU: `node listSubgraph.ts`, then `ready PORT`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const listSdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { list(id: Int): [Item!]! }
type Item { name: String! rank: Int! tags: [String!]! }
`;

/** Reading and writing so many costs the gateway some milliseconds. */
const count = 8000;

if (process.argv[1]?.endsWith('listSubgraph.ts')) {
  const list = Array.from({ length: count }, (_, rank) => ({ name: `Item ${rank}`, rank, tags: ['a', 'b'] }));
  const tail = Buffer.from(`:${JSON.stringify(list)}}}`);
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    let asked = '';
    request.on('data', (chunk: Buffer) => {
      asked += chunk.toString();
    });
    request.on('end', () => {
      // Under the name that was asked for.
      const head = Buffer.from(`{"data":{"${/(\w+):list\(/.exec(asked)?.[1] ?? 'list'}"`);
      const length = String(head.length + tail.length);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
      response.write(head);
      response.end(tail);
    });
  });
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () =>
    process.stdout.write(`ready ${(server.address() as AddressInfo).port}\n`),
  );
}
