import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { ipAddress } from './ipAddress.ts';

/** An address or a CIDR range, as people write it: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`. */
export const addressRange = z
  .string()
  .refine(isAddressRange, { error: 'expected an address or a CIDR range such as 10.0.0.0/8' });

/** Some ranges, compiled once. */
export interface AddressRanges {
  /** Whether one of them holds this address, given in the form of `ipAddress`. */
  has(address: string): boolean;
}

export function createAddressRanges(written: readonly string[]): AddressRanges {
  if (written.length === 0) return { has: () => false };
  // A list each, or `::/0` would hold every IPv4 address too.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const range of written) addRange(lists, range);
  return {
    has(address) {
      const family = isIP(address);
      if (family === 0) return false;
      return family === 4 ? lists.ipv4.check(address, 'ipv4') : lists.ipv6.check(address, 'ipv6');
    },
  };
}

function isAddressRange(text: string): boolean {
  const [address = '', bits, more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more !== undefined || address.includes('%')) return false;
  if (bits === undefined) return true;
  const least = isWrapped(address) ? wrapping : 0;
  return /^\d{1,3}$/.test(bits) && Number(bits) >= least && Number(bits) <= (family === 4 ? 32 : 128);
}

function addRange(lists: Record<'ipv4' | 'ipv6', BlockList>, range: string): void {
  const [written = '', bits] = range.split('/');
  const address = ipAddress(written) ?? '';
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  if (bits === undefined) lists[family].addAddress(address, family);
  else lists[family].addSubnet(address, Number(bits) - (isWrapped(written) ? wrapping : 0), family);
}

/** The bits that all IPv4 addresses inside IPv6 have in common. */
const wrapping = 96;

function isWrapped(written: string): boolean {
  return written.includes(':') && !ipAddress(written)?.includes(':');
}
