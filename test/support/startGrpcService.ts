import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  loadPackageDefinition,
  type Metadata,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { load } from '@grpc/proto-loader';
import { readSchema } from './readSchema.ts';

/** One call that a service received. */
export interface GrpcReceived {
  readonly method: string;
  readonly request: Record<string, unknown>;
  readonly metadata: Metadata;
  /** How long its answer is waited for. */
  readonly timeoutMs: number;
}

/** What a method answers: a message, or messages of a stream; a thrown `{ code, details }` is the call's status. */
export type GrpcMethods = Readonly<Record<string, (request: never, received: GrpcReceived) => unknown>>;

export interface GrpcService {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  readonly remarks: readonly string[];
  readonly received: GrpcReceived[];
  stop(): Promise<void>;
}

/** A real gRPC server on a free port, and its .proto file as the SDL of a subgraph. */
export async function startGrpcService(
  name: string,
  {
    proto,
    mapping,
    service,
    methods,
    tls,
  }: {
    readonly proto: string;
    readonly mapping?: string;
    readonly service: string;
    readonly methods: GrpcMethods;
    readonly tls?: { readonly cert: string; readonly key: string };
  },
): Promise<GrpcService> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-grpc-'));
  const file = join(folder, `${name}.proto`);
  await writeFile(file, proto);
  const { sdl, remarks } = await readSchema('proto', proto, mapping);
  const loaded = loadPackageDefinition(
    await load(file, { keepCase: true, enums: String, longs: String, defaults: false }),
  );
  await rm(folder, { recursive: true });
  const found = service.split('.').reduce<unknown>((at, step) => (at as never)[step], loaded);
  const received: GrpcReceived[] = [];
  const server = new Server();
  const definition = (found as ServiceClientConstructor).service;
  server.addService(definition, handlers(methods, received));
  const credentials = tls
    ? ServerCredentials.createSsl(null, [
        { cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) },
      ])
    : ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (failure, bound) =>
      failure ? reject(failure) : resolve(bound),
    );
  });
  return {
    name,
    url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    sdl,
    remarks,
    received,
    async stop() {
      server.forceShutdown();
    },
  };
}

interface ServedCall {
  readonly request: Record<string, unknown>;
  readonly metadata: Metadata;
  getDeadline(): Date | number;
  readonly cancelled: boolean;
  readonly writableLength: number;
  write(message: unknown): boolean;
  end(): void;
  emit(event: string, failure: unknown): boolean;
}

type Callback = (failure: unknown, answer?: unknown) => void;

function handlers(methods: GrpcMethods, received: GrpcReceived[]) {
  return Object.fromEntries(
    Object.entries(methods).map(([method, answer]) => [
      method,
      async (call: ServedCall, callback?: Callback): Promise<void> => {
        const { request, metadata } = call;
        const now = { method, request, metadata, timeoutMs: Number(call.getDeadline()) - Date.now() };
        received.push(now);
        try {
          const answered = await answer(request as never, now);
          if (callback) return callback(null, answered);
          for await (const message of answered as AsyncIterable<unknown>) {
            // Whoever asked may take no more, or have gone.
            call.write(message);
            while (call.writableLength > 100 && !call.cancelled)
              await new Promise((resolve) => setImmediate(resolve));
            if (call.cancelled) return;
          }
          call.end();
        } catch (status) {
          if (callback) callback(status);
          else call.emit('error', status);
        }
      },
    ]),
  );
}
