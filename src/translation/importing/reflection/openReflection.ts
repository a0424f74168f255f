import { type ClientHttp2Session, constants } from 'node:http2';

/** What a service answers to questions about itself, one after the other. */
export interface ReflectionStream {
  /** One message, and the message that answers it. Rejects with ReflectionEnd when the service ends instead. */
  ask(message: Uint8Array): Promise<Buffer>;
  close(): void;
}

/** The service ended the conversation. */
export class ReflectionEnd extends Error {
  /** Of gRPC; null where it spoke none. */
  readonly status: number | null;

  constructor(message: string, status: number | null) {
    super(message);
    this.status = status;
  }
}

/** Of all answers together: as much as .proto files may have. */
const maxBytes = 32 * 1024 ** 2;
const headLength = 5;

/** Begins to ask a service about itself. */
export function openReflection(
  session: ClientHttp2Session,
  { url, version, headers }: { url: URL; version: string; headers: Readonly<Record<string, string>> },
): ReflectionStream {
  const stream = session.request({
    ...headers,
    ':method': 'POST',
    ':scheme': url.protocol.slice(0, -1),
    ':authority': url.host,
    ':path': `${url.pathname.replace(/\/$/, '')}/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
    'content-type': 'application/grpc+proto',
    'grpc-accept-encoding': 'identity',
    te: 'trailers',
  });
  let waiting: PromiseWithResolvers<Buffer> | null = null;
  let ended: ReflectionEnd | null = null;
  let head: Record<string, unknown> = {};
  let trailers: Record<string, unknown> = {};
  let chunks: Buffer[] = [];
  let length = 0;
  let bytes = 0;
  const end = (why: ReflectionEnd): void => {
    ended ??= why;
    waiting?.reject(ended);
    waiting = null;
    stream.close(constants.NGHTTP2_CANCEL);
  };
  /** How long the message is that comes first; null where that is not known yet, or it cannot be read. */
  const announced = (): number | null => {
    const [first] = chunks;
    if (!first || length < headLength) return null;
    const head = first.length < headLength ? Buffer.concat(chunks) : first;
    const size = head.readUInt32BE(1);
    if (head[0] !== 0) end(new ReflectionEnd('it answered something that is not gRPC', null));
    else if (size > maxBytes) end(tooLarge());
    else return size;
    return null;
  };
  const takeMessage = (): void => {
    const size = waiting && announced();
    if (!waiting || size === null || length < headLength + size) return;
    const all = Buffer.concat(chunks);
    chunks = [all.subarray(headLength + size)];
    length -= headLength + size;
    waiting.resolve(all.subarray(headLength, headLength + size));
    waiting = null;
  };
  stream.on('response', (fields) => {
    head = fields;
  });
  stream.on('trailers', (fields) => {
    trailers = fields;
  });
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) return end(tooLarge());
    chunks.push(chunk);
    length += chunk.length;
    takeMessage();
  });
  stream.on('error', (failure) => end(new ReflectionEnd(failure.message, null)));
  stream.on('close', () => end(endOf(head, trailers)));
  return {
    ask(message) {
      if (ended) return Promise.reject(ended);
      waiting = Promise.withResolvers();
      const { promise } = waiting;
      const frame = Buffer.alloc(headLength);
      frame.writeUInt32BE(message.length, 1);
      stream.write(Buffer.concat([frame, message]));
      return promise;
    },
    close: () => stream.close(constants.NGHTTP2_CANCEL),
  };
}

function tooLarge(): ReflectionEnd {
  return new ReflectionEnd(`it is over ${maxBytes / 1024 ** 2} MB`, null);
}

function endOf(head: Record<string, unknown>, trailers: Record<string, unknown>): ReflectionEnd {
  const told = trailers['grpc-status'] ?? head['grpc-status'];
  const status = Number(told);
  if (told === undefined || !Number.isInteger(status)) {
    const answered = head[':status'];
    const what = answered === undefined ? 'broke the connection off' : `answered ${answered}, and no gRPC`;
    return new ReflectionEnd(`it ${what}`, null);
  }
  return new ReflectionEnd(`it ended with the status ${status}`, status);
}
