/** A subgraph process that says on standard output what mutations it ran: `node wordsSubgraph.ts`, then `ready PORT`, then ids. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';

export const wordsSdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { word(id: Int): String }
type Mutation { say(id: Int): Int }
`;

if (process.argv[1]?.endsWith('wordsSubgraph.ts')) {
  const schema = buildSubgraphSchema([
    {
      typeDefs: parse(wordsSdl),
      resolvers: {
        Query: { word: () => 'hello' },
        Mutation: {
          say: (_: unknown, { id }: { id: number }) => {
            process.stdout.write(`${id}\n`);
            return id;
          },
        },
      },
    },
  ]);
  const server = createServer({ keepAliveTimeout: 75_000 }, createHandler({ schema }));
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () =>
    process.stdout.write(`ready ${(server.address() as AddressInfo).port}\n`),
  );
}
