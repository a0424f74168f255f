import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** What happens to connections: they go through, end at once, or get no answer. */
export type Passage = 'open' | 'closed' | 'silent';

export interface TcpProxy {
  readonly port: number;
  /** Connections that are there now. */
  count(): number;
  /** From now on; those that are there end, unless they shall be silent. */
  set(passage: Passage): void;
  /** Answers come so much later from now on. */
  delay(ms: number): void;
  /** Lets what matches through, and the answer get as far as here: the connection ends instead. Once. */
  endAfter(sent: RegExp): void;
  stop(): Promise<void>;
}

/** Stands between a client and a server on this machine, and spoils what goes through when it is told to. */
export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let passage: Passage = 'open';
  let fatal: RegExp | null = null;
  let delayMs = 0;
  const server = createServer((client) => {
    if (passage === 'closed') {
      client.destroy();
      return;
    }
    const onward = connect(target);
    const pair = [client, onward] as const;
    let isFatal = false;
    pairs.add(pair);
    client.on('data', (chunk: Buffer) => {
      isFatal ||= fatal?.test(chunk.toString('latin1')) ?? false;
      if (passage !== 'silent') onward.write(chunk);
    });
    onward.on('data', (chunk: Buffer) => {
      if (isFatal) {
        fatal = null;
        end(pair);
      } else if (passage !== 'silent') {
        if (delayMs > 0) setTimeout(() => client.write(chunk), delayMs);
        else client.write(chunk);
      }
    });
    for (const socket of pair) {
      socket.on('error', () => end(pair));
      socket.on('close', () => end(pair));
    }
  });
  function end(pair: readonly [Socket, Socket]): void {
    for (const socket of pair) socket.destroy();
    pairs.delete(pair);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    count: () => pairs.size,
    set(next) {
      passage = next;
      if (next !== 'silent') for (const pair of [...pairs]) end(pair);
    },
    delay(ms) {
      delayMs = ms;
    },
    endAfter(sent) {
      fatal = sent;
    },
    async stop() {
      for (const pair of [...pairs]) end(pair);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
