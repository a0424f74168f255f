import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { guardedLookup } from './guardedLookup.ts';

interface TlsFiles {
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
}

/** A connection for HTTP/2, spoken over TLS where the URL says https: and else without asking; to no address that must not be called. */
export function http2Socket({ hostname, port, protocol }: URL, tls: TlsFiles | null): Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  const isSafe = protocol === 'https:';
  const at = { host, port: Number(port) || (isSafe ? 443 : 80), lookup: guardedLookup };
  if (!isSafe) return connectTcp({ ...at, noDelay: true });
  return connectTls({ ...at, servername: host, ALPNProtocols: ['h2'], ...tls });
}
