import { lookup as resolveName } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isForbiddenAddress } from './forbiddenAddress.ts';

/**
 * Node's name look-up for connections to URLs from outside: fails when the name stands for a link-local or metadata address. It looks
 * at the address the connection is made to, not at an earlier one: a name may change what it stands for.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, options, (failure, found, family) => {
    const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
    const forbidden = failure ? undefined : addresses.find(isForbiddenAddress);
    if (forbidden === undefined) callback(failure, found, family);
    else
      callback(
        new Error(`${hostname} resolves to ${forbidden}, a link-local or metadata address`),
        found,
        family,
      );
  });
};
