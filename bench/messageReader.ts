/**
 * Reads HTTP/1.1 messages off a socket: as much of the protocol as the gateways of this benchmark speak (a length or chunks, no
 * trailers, no upgrades). node:http would take several times the CPU on the core that load and subgraphs share.
 */
export interface MessageReaderOptions {
  /** Whether bodies are handed over; otherwise `body` is empty and only `bytes` counts them. */
  readonly keepBody: boolean;
  onMessage(message: { readonly head: string; readonly body: Buffer; readonly bytes: number }): void;
}

const nothing = Buffer.alloc(0);
const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');

/** Gives the function that takes what a socket received. */
export function createMessageReader({
  keepBody,
  onMessage,
}: MessageReaderOptions): (received: Buffer) => void {
  let state: 'head' | 'body' | 'chunkSize' | 'chunk' | 'chunkEnd' | 'lastEnd' = 'head';
  let head = '';
  let remaining = 0;
  let bytes = 0;
  let parts: Buffer[] = [];
  let rest: Buffer = nothing;

  function finish(): void {
    const body = parts.length === 1 ? (parts[0] ?? nothing) : Buffer.concat(parts);
    const message = { head, body, bytes };
    state = 'head';
    bytes = 0;
    parts = [];
    onMessage(message);
  }

  /** Takes as much of a body or chunk as there is, and says where it ended. */
  function take(received: Buffer, at: number): number {
    const end = Math.min(received.length, at + remaining);
    if (keepBody && end > at) parts.push(received.subarray(at, end));
    bytes += end - at;
    remaining -= end - at;
    return end;
  }

  /** One step from `at`; the place after it, or -1 when more has to arrive. */
  function step(received: Buffer, at: number): number {
    if (state === 'head') {
      const end = received.indexOf(headEnd, at);
      if (end === -1) return -1;
      head = received.toString('latin1', at, end);
      const length = /\r\ncontent-length: *(\d+)/i.exec(head);
      if (!length && /\r\ntransfer-encoding: *chunked/i.test(head)) state = 'chunkSize';
      else {
        remaining = Number(length?.[1] ?? 0);
        if (remaining === 0) finish();
        else state = 'body';
      }
      return end + headEnd.length;
    }
    if (state === 'body' || state === 'chunk') {
      if (at === received.length) return -1;
      const end = take(received, at);
      if (remaining === 0 && state === 'body') finish();
      else if (remaining === 0) state = 'chunkEnd';
      return end;
    }
    const end = received.indexOf(lineEnd, at);
    if (end === -1) return -1;
    if (state === 'chunkSize') {
      remaining = Number.parseInt(received.toString('latin1', at, end), 16);
      state = remaining === 0 ? 'lastEnd' : 'chunk';
    } else if (state === 'chunkEnd') state = 'chunkSize';
    else finish();
    return end + lineEnd.length;
  }

  return (received) => {
    const whole = rest.length === 0 ? received : Buffer.concat([rest, received]);
    rest = nothing;
    let at = 0;
    while (at < whole.length) {
      const next = step(whole, at);
      if (next === -1) {
        rest = whole.subarray(at);
        return;
      }
      at = next;
    }
  };
}
