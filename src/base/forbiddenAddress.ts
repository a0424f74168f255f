import { BlockList, isIP } from 'node:net';

/**
 * Addresses that no subgraph may have: link-local ones and those where clouds serve their credentials.
 * A registered URL must not make the gateway fetch them for somebody (server-side request forgery).
 */
const forbidden = new BlockList();
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addAddress('100.100.100.200', 'ipv4');
forbidden.addAddress('192.0.0.192', 'ipv4');
forbidden.addSubnet('0.0.0.0', 8, 'ipv4');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');
forbidden.addAddress('::', 'ipv6');

/** Is this literal address one that must never be called? IPv4 inside IPv6 counts as IPv4. */
export function isForbiddenAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 0) return false;
  return forbidden.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}

const forbiddenNames = new Set(['metadata.google.internal', 'metadata.goog', 'instance-data']);

/** Why this URL cannot be a subgraph's, or null when it can. Names are looked at again when they are resolved. */
export function urlFault(text: string): string | null {
  if (!URL.canParse(text)) return 'is not an absolute URL';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return `has the scheme ${url.protocol} where http: or https: is allowed`;
  if (url.username || url.password) return 'holds credentials; send them with upstream.headers';
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  if (forbiddenNames.has(host) || isForbiddenAddress(host))
    return `points at ${host}, a link-local or metadata address`;
  return null;
}
