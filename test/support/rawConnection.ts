import { connect } from 'node:net';

/** One response as it stood on the wire. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A TCP connection that sends what no HTTP client would, and never answers the server's end by itself. */
export interface RawConnection {
  write(bytes: string | Buffer): void;
  /** Says that nothing more will be written, and still reads. */
  end(): void;
  destroy(): void;
  /** Stops reading, as a client that hangs. */
  pause(): void;
  /** Resolves when the server has ended the connection, or it broke. */
  readonly ended: Promise<void>;
  /** Whether nothing can be written any more either. */
  isClosed(): boolean;
  /** All that came, for what is no whole response. */
  text(): string;
  /** The responses once so many are whole, or the server has ended the connection. */
  responses(count: number): Promise<RawResponse[]>;
}

const patienceMs = 10_000;

export async function openRawConnection(endpoint: string): Promise<RawConnection> {
  const { port, hostname } = new URL(endpoint);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true, noDelay: true });
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error']) socket.once(event, () => resolve());
  });
  let isEnded = false;
  void ended.then(() => {
    isEnded = true;
  });
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  await Promise.race([new Promise<void>((resolve) => socket.once('connect', resolve)), ended]);
  return {
    write: (bytes) => void socket.write(bytes),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
    pause: () => void socket.pause(),
    ended,
    isClosed: () => socket.destroyed,
    text: () => Buffer.concat(chunks).toString('latin1'),
    async responses(count) {
      const until = performance.now() + patienceMs;
      for (;;) {
        const found = readResponses(Buffer.concat(chunks));
        if (found.length >= count || isEnded) return found;
        if (performance.now() > until) throw new Error(`${found.length} of ${count} responses came in time`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

/** Splits what came into responses; all but interim ones say how long they are. */
function readResponses(bytes: Buffer): RawResponse[] {
  const found: RawResponse[] = [];
  for (let at = 0; ; ) {
    const headEnd = bytes.indexOf('\r\n\r\n', at);
    if (headEnd === -1) return found;
    const [statusLine = '', ...lines] = bytes.subarray(at, headEnd).toString('latin1').split('\r\n');
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const bodyAt = headEnd + 4;
    at = bodyAt + Number(headers['content-length'] ?? 0);
    if (at > bytes.length) return found;
    const body = bytes.subarray(bodyAt, at).toString('utf8');
    found.push({ status: Number(statusLine.split(' ')[1]), headers, body });
  }
}
