/** @apollo/gateway behind Apollo Server's own standalone listener, with defaults. Arguments: supergraph file. PORT from outside. */
import { readFileSync } from 'node:fs';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

const [supergraphFile] = process.argv.slice(2);
if (supergraphFile === undefined) throw new Error('The supergraph file is missing.');
const gateway = new ApolloGateway({ supergraphSdl: readFileSync(supergraphFile, 'utf8') });
const server = new ApolloServer({ gateway });
await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: Number(process.env.PORT) } });
