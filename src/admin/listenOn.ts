import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SluiceError } from '../base/errors.ts';
import { reasonOf } from './reasonOf.ts';

/** Gives the URL without a path; BAD_USER_INPUT when the address cannot be had. */
export async function listenOn(
  server: Server,
  { port: wanted, host }: { readonly port: number; readonly host: string },
): Promise<{ url: string }> {
  const listening = once(server, 'listening');
  server.listen(wanted, host);
  try {
    await listening;
  } catch (cause) {
    throw new SluiceError(
      'BAD_USER_INPUT',
      `The admin cannot listen (admin.host, admin.port): ${reasonOf(cause)}.`,
      { cause },
    );
  }
  const { address, port } = server.address() as AddressInfo;
  return { url: `http://${address.includes(':') ? `[${address}]` : address}:${port}` };
}
