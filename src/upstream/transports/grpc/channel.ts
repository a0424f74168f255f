import { type ClientHttp2Session, connect as connectHttp2, constants } from 'node:http2';
import { http2Socket } from '../../../base/http2Socket.ts';

export interface ChannelOptions {
  readonly connectTimeoutMs: number;
  /** How messages of some length are sent. */
  readonly compression: 'gzip' | 'identity';
  /** Shown to the subgraph, and whom to believe; the system's own without. */
  readonly tls: { readonly cert?: string; readonly key?: string; readonly ca?: string } | null;
}

/** What a stream may have on its way to us before we ask for more; a whole answer mostly. */
const windowBytes = 1024 * 1024;

/** The HTTP/2 connection to one instance, opened when it is first needed and again after it broke: calls share it. */
export class Channel {
  readonly #url: URL;
  readonly #options: ChannelOptions;
  readonly #open = new Set<ClientHttp2Session>();
  readonly #connected = new WeakSet<ClientHttp2Session>();
  #current: ClientHttp2Session | null = null;
  #running = 0;

  constructor(url: URL, options: ChannelOptions) {
    this.#url = url;
    this.#options = options;
  }

  get stats(): { readonly connected: number; readonly running: number } {
    return { connected: this.#open.size, running: this.#running };
  }

  get compression(): ChannelOptions['compression'] {
    return this.#options.compression;
  }

  get authority(): string {
    return this.#url.host;
  }

  get scheme(): string {
    return this.#url.protocol.slice(0, -1);
  }

  /** A session that takes streams; what is begun on it before it is connected waits. */
  session(): ClientHttp2Session {
    const known = this.#current;
    if (known && !known.closed && !known.destroyed) return known;
    const session = this.#connect();
    this.#current = session;
    return session;
  }

  /** A stream began; the function returned says that it ended. */
  begin(): () => void {
    this.#running += 1;
    return () => {
      this.#running -= 1;
    };
  }

  /** Whether there ever was a connection, so that something may have been sent. */
  wasConnected(session: ClientHttp2Session): boolean {
    return this.#connected.has(session);
  }

  /** Is anybody there still? A session that does not say so soon takes no more calls. */
  doubt(session: ClientHttp2Session): void {
    if (session.destroyed || session.connecting) return;
    const timer = setTimeout(() => session.destroy(), this.#options.connectTimeoutMs);
    session.ping((failure) => {
      clearTimeout(timer);
      if (failure) session.destroy();
    });
  }

  /** Takes no more calls; those on their way end as they would have. */
  async close(): Promise<void> {
    this.#current = null;
    await Promise.all([...this.#open].map((session) => new Promise<void>((closed) => session.close(closed))));
  }

  async destroy(): Promise<void> {
    this.#current = null;
    for (const session of this.#open) session.destroy();
  }

  #connect(): ClientHttp2Session {
    const session = connectHttp2(this.#url.origin, {
      createConnection: () => http2Socket(this.#url, this.#options.tls),
      settings: { enablePush: false, initialWindowSize: windowBytes },
    });
    this.#open.add(session);
    const forget = (): void => {
      if (this.#current === session) this.#current = null;
    };
    const timer = setTimeout(
      () => session.destroy(new Error('no connection in time')),
      this.#options.connectTimeoutMs,
    );
    session.on('connect', () => {
      clearTimeout(timer);
      this.#connected.add(session);
      session.setLocalWindowSize(windowBytes * 16);
    });
    // Streams tell their own calls; an error event without a listener would end the process.
    session.on('error', forget);
    session.on('goaway', () => {
      forget();
      session.close();
    });
    session.on('close', () => {
      clearTimeout(timer);
      this.#open.delete(session);
      forget();
    });
    return session;
  }
}

/** The server did not look at it: it is as if it had not been sent. */
export function wasRefused(code: number): boolean {
  return code === constants.NGHTTP2_REFUSED_STREAM;
}
