/**
 * Serves one of the example services over gRPC, as its own process, at `127.0.0.1:PORT`: a .proto file and a function for each of its
 * methods. What a function throws as bad input is told to who asked; everything else is a fault of this process.
 *
 * @example
 * await serveGrpc({ name: 'airports', defaultPort: 4103, proto: new URL('./airports.proto', import.meta.url), service, methods });
 */
import { fileURLToPath } from 'node:url';
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { load } from '@grpc/proto-loader';
import { GraphQLError } from 'graphql';

/** Answers one call; a rejection with a GraphQLError is told, null is "not found". */
export type GrpcMethod = (request: never) => object | null;

export interface GrpcService {
  /** As in supergraph.yaml. */
  readonly name: string;
  /** Where it listens when the environment has no PORT. */
  readonly defaultPort: number;
  readonly proto: URL;
  /** Its full name in the .proto file. */
  readonly service: string;
  readonly methods: Readonly<Record<string, GrpcMethod>>;
}

/** How long calls in flight may take after the process was asked to end. */
const drainMs = 2_000;

/** Starts the service and says so in one line on standard output; ends the process in order on SIGTERM and SIGINT. */
export async function serveGrpc({ name, defaultPort, proto, service, methods }: GrpcService): Promise<void> {
  const port = Number(process.env.PORT || defaultPort);
  // Codes of enums and names of fields as the .proto file writes them.
  const definition = await load(fileURLToPath(proto), { keepCase: true, enums: String, defaults: true });
  const found = service
    .split('.')
    .reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], loadPackageDefinition(definition));
  const server = new Server({ 'grpc.max_receive_message_length': 8_000_000 });
  server.addService((found as ServiceClientConstructor).service, answering(name, methods));
  server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (failure, actualPort) => {
    if (failure) {
      const isTaken = /EADDRINUSE/.test(failure.message);
      const reason = isTaken
        ? `port ${port} is taken: stop what listens there, or set PORT to another port`
        : failure.message;
      process.stderr.write(`${name} cannot start: ${reason}.\n`);
      process.exitCode = 1;
      return;
    }
    process.stdout.write(`${name} is ready at http://127.0.0.1:${actualPort}\n`);
  });
  const end = (): void => {
    server.tryShutdown(() => undefined);
    setTimeout(() => server.forceShutdown(), drainMs).unref();
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

type Callback = (failure: Partial<ServiceError> | null, answer?: object) => void;

function answering(name: string, methods: GrpcService['methods']) {
  return Object.fromEntries(
    Object.entries(methods).map(([method, answer]) => [
      method,
      ({ request }: { request: unknown }, callback: Callback): void => {
        try {
          const found = answer(request as never);
          if (found) callback(null, found);
          else callback({ code: status.NOT_FOUND, details: 'There is none.' });
        } catch (thrown) {
          if (thrown instanceof GraphQLError) {
            callback({ code: status.INVALID_ARGUMENT, details: thrown.message });
            return;
          }
          process.stderr.write(`${name}: ${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
          callback({ code: status.INTERNAL, details: 'Something went wrong inside the service.' });
        }
      },
    ]),
  );
}
