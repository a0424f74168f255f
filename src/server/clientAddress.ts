import type { IncomingMessage } from 'node:http';
import { createAddressRanges } from '../base/addressRanges.ts';
import { ipAddress } from '../base/ipAddress.ts';
import type { Log } from '../model/log.ts';

export interface ClientAddressOptions {
  readonly trustedProxies: readonly string[];
  /** The one header those proxies write; the other one they would pass on as a client wrote it. */
  readonly forwardedHeader: 'x-forwarded-for' | 'forwarded';
}

export interface FoundAddress {
  /** The client's, in the form of `ipAddress`; an empty text when it cannot be read, or the socket is gone already. */
  readonly address: string;
  /** The trusted peer that told it; null when it is the peer's own. */
  readonly proxy: string | null;
}

/** Finds out whom a request is from; compiled once from the options. */
export interface ClientAddress {
  of(request: IncomingMessage): FoundAddress;
  /** Whether the direct peer is one whose headers are believed. */
  trusts(request: IncomingMessage): boolean;
}

/** More hops than this are not followed. */
const maxHops = 32;

export function createClientAddress(
  { trustedProxies, forwardedHeader }: ClientAddressOptions,
  { log }: { log: Log },
): ClientAddress {
  const trusted = createAddressRanges(trustedProxies);
  let warned = false;
  return {
    of(request) {
      const peer = peerOf(request);
      if (!trusted.has(peer)) {
        if (request.headers[forwardedHeader] !== undefined && !warned) {
          warned = true;
          log.warn(
            { peer, header: forwardedHeader },
            'a forwarded address was not believed: its sender is not among server.trustedProxies',
          );
        }
        return { address: peer, proxy: null };
      }
      // Right to left: each proxy appends whom it heard from, so the first one we do not trust is the client.
      let client = peer;
      for (const hop of forwardedHops(request, forwardedHeader).reverse().slice(0, maxHops)) {
        const address = ipAddress(hop);
        // A proxy we trust heard from somebody it does not name: taken for the proxy, they would have its rights.
        if (address === null) return { address: '', proxy: peer };
        client = address;
        if (!trusted.has(address)) return { address, proxy: peer };
      }
      return { address: client, proxy: client === peer ? null : peer };
    },
    trusts: (request) => trusted.has(peerOf(request)),
  };
}

function peerOf({ socket }: IncomingMessage): string {
  return ipAddress(socket.remoteAddress ?? '') ?? '';
}

/** The hops of `X-Forwarded-For` or of `Forwarded` (RFC 7239) as written; leftmost is the farthest. */
function forwardedHops(request: IncomingMessage, header: ClientAddressOptions['forwardedHeader']): string[] {
  const elements = String(request.headers[header] ?? '')
    .split(',')
    .filter((element) => element.trim() !== ''); // A list may have empty elements (RFC 9110, section 5.6.1).
  if (header === 'x-forwarded-for') return elements;
  return elements.map((element) => {
    const pair = element.split(';').find((part) => /^\s*for=/i.test(part));
    return (pair ?? '').replace(/^\s*for=/i, '').replace(/"/g, '');
  });
}
