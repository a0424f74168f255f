import { isIP, isIPv4 } from 'node:net';

/**
 * An address as others may have written it, in the one form it is compared in: no brackets, port or zone, small letters, IPv4 inside
 * IPv6 as IPv4. Null for what is no address.
 */
export function ipAddress(written: string): string | null {
  if (isIPv4(written)) return written;
  let address = written.trim();
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(address);
  if (bracketed) address = bracketed[1] ?? '';
  else if (/^[\d.]+:\d{1,5}$/.test(address)) address = address.slice(0, address.indexOf(':'));
  const zone = address.indexOf('%');
  if (zone !== -1) address = address.slice(0, zone);
  const family = isIP(address);
  if (family === 0) return null;
  return family === 4 ? address : (ipv4Inside(address) ?? address.toLowerCase());
}

/**
 * What one address stands for where callers are counted: an IPv4 address is one, but whoever has an IPv6 address has its whole /64,
 * more addresses than could ever be counted.
 */
export function addressNetwork(address: string): string {
  if (!address.includes(':')) return address;
  const [one = 0, two = 0, three = 0, four = 0] = groupsOf(address);
  return `${one.toString(16)}:${two.toString(16)}:${three.toString(16)}:${four.toString(16)}::/64`;
}

function ipv4Inside(address: string): string | null {
  const groups = groupsOf(address);
  if (groups.slice(0, 5).some((group) => group !== 0) || groups[5] !== 0xffff) return null;
  const [high = 0, low = 0] = groups.slice(6);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const [before = '', after] = address.split('::');
  const first = groupsIn(before);
  if (after === undefined) return first;
  const last = groupsIn(after);
  return [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
}

function groupsIn(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return Number.parseInt(group, 16);
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
