import { Pool } from 'undici';
import { urlFault } from '../base/forbiddenAddress.ts';
import { guardedLookup } from '../base/guardedLookup.ts';
import { CallFailure } from './callFailure.ts';
import { Channel } from './transports/grpc/channel.ts';

/** Where a try goes: the connections, and the path there. */
export interface Target {
  readonly pool: Pool;
  /** For gRPC, in the place of the pool. Neither connects before it is used. */
  readonly channel: Channel;
  readonly path: string;
}

export interface TargetOptions {
  /** Of messages to a gRPC service. */
  readonly compression: 'gzip' | 'identity';
  readonly connectTimeoutMs: number;
  readonly connections: number;
  /** Shown to the subgraph, and whom to believe; the system's own without. */
  readonly tls: { readonly cert?: string; readonly key?: string; readonly ca?: string } | null;
}

/** Below what subgraph servers commonly wait (Node: 5 s), so that no call goes out on a connection that is just being closed. */
const keepAliveMs = 4_000;

/** A pool of its own for each instance, so that a slow one takes none of the others' connections. SUBGRAPH_UNREACHABLE for a URL that no subgraph may have. */
export function openTarget(
  subgraph: string,
  text: string,
  { connections, connectTimeoutMs, tls, compression }: TargetOptions,
): Target {
  // A supergraph served as it is was checked by nobody, and Node looks up names only, not addresses.
  const fault = urlFault(text);
  if (fault !== null) {
    throw new CallFailure(
      'SUBGRAPH_UNREACHABLE',
      `Subgraph "${subgraph}" has a URL that may not be called.`,
      { detail: `it ${fault}`, fault: 'connect', isRetryable: true, isUnsent: true },
    );
  }
  const url = new URL(text);
  const pool = new Pool(url.origin, {
    connections,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    // Our own timer bounds the whole call.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: connectTimeoutMs, lookup: guardedLookup, ...tls },
  });
  const channel = new Channel(url, { connectTimeoutMs, tls, compression });
  return { pool, channel, path: `${url.pathname}${url.search}` };
}
