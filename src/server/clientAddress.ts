import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Log } from '../model/log.ts';

export interface ClientAddressOptions {
  readonly trustedProxies: readonly string[];
  /** The one header those proxies write; the other one they would pass on as a client wrote it. */
  readonly forwardedHeader: 'x-forwarded-for' | 'forwarded';
}

/** Finds out whom a request is from; compiled once from the options. */
export interface ClientAddress {
  /** The client's address, IPv4 inside IPv6 written as IPv4; an empty text when the socket is gone already. */
  of(request: IncomingMessage): string;
  /** Whether the direct peer is one whose headers are believed. */
  trusts(request: IncomingMessage): boolean;
}

/** More hops than this are not followed. */
const maxHops = 32;

export function createClientAddress(
  { trustedProxies, forwardedHeader }: ClientAddressOptions,
  { log }: { log: Log },
): ClientAddress {
  const trusted = new BlockList();
  let warned = false;
  for (const range of trustedProxies) addRange(trusted, range);
  const isTrusted = (address: string): boolean => {
    if (trustedProxies.length === 0) return false;
    const family = isIP(address);
    return family !== 0 && trusted.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
  return {
    of(request) {
      const peer = plainAddress(request.socket.remoteAddress ?? '');
      if (!isTrusted(peer)) {
        if (request.headers[forwardedHeader] !== undefined && !warned) {
          warned = true;
          log.warn(
            { peer, header: forwardedHeader },
            'a forwarded address was not believed: its sender is not among server.trustedProxies',
          );
        }
        return peer;
      }
      // Right to left: each proxy appends whom it heard from, so the first one we do not trust is the client.
      let client = peer;
      for (const hop of forwardedHops(request, forwardedHeader).reverse().slice(0, maxHops)) {
        if (isIP(hop) === 0) return client;
        client = hop;
        if (!isTrusted(hop)) return hop;
      }
      return client;
    },
    trusts: (request) => isTrusted(plainAddress(request.socket.remoteAddress ?? '')),
  };
}

/** Whether a text is an address or a CIDR range. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more !== undefined) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

function addRange(list: BlockList, range: string): void {
  const [address = '', bits] = range.split('/');
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}

/** The addresses of `X-Forwarded-For` or of `Forwarded` (RFC 7239); leftmost is the farthest. */
function forwardedHops(request: IncomingMessage, header: ClientAddressOptions['forwardedHeader']): string[] {
  const list = String(request.headers[header] ?? '');
  if (list === '') return [];
  const elements = list.split(',');
  if (header === 'x-forwarded-for') return elements.map(plainAddress);
  return elements.map((element) => {
    const pair = element.split(';').find((part) => /^\s*for=/i.test(part));
    return plainAddress((pair ?? '').replace(/^\s*for=/i, '').replace(/"/g, ''));
  });
}

/** `[::ffff:10.0.0.1]:80` → `10.0.0.1`: no brackets, port, zone or IPv4-in-IPv6 wrapping. */
export function plainAddress(written: string): string {
  if (isIP(written) === 4) return written;
  let address = written.trim();
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(address);
  if (bracketed) address = bracketed[1] ?? '';
  else if (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(address)) address = address.slice(0, address.indexOf(':'));
  const zone = address.indexOf('%');
  if (zone !== -1) address = address.slice(0, zone);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address;
}
