import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { freePort, type Running, startSluice, temporaryFolder } from '../support/sluiceProcess.ts';

export interface GatewayProcesses {
  readonly endpoints: readonly string[];
  logText(): string;
  stop(): Promise<void>;
}

/** Gateways as processes of their own, each with the same settings and a supergraph that no subgraph is needed for. */
export async function startGatewayProcesses(
  count: number,
  limits: Record<string, unknown>,
): Promise<GatewayProcesses> {
  const folder = await temporaryFolder();
  const { supergraphSdl = '' } = composeServices([
    { name: 'words', url: 'http://127.0.0.1:1/graphql', typeDefs: parse('type Query { word: String }') },
  ]);
  await folder.write('composed.graphql', supergraphSdl);
  const running: Running[] = [];
  const endpoints: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const port = await freePort();
    const settings = {
      server: { port, host: '127.0.0.1', drain: { delay: '0s' }, trustedProxies: ['127.0.0.1'] },
      admin: { port: 0 },
      // That this machine has more to do than it can says nothing of the limits.
      limits: { overload: { mode: 'off' }, ...limits },
      storage: { dir: `.sluice-${at}` },
      observability: { log: { access: false } },
    };
    const config = await folder.write(`${at}.yaml`, JSON.stringify(settings));
    const args = ['serve', '--config', config, '--supergraph', `${folder.path}/composed.graphql`];
    running.push(startSluice(args, { cwd: folder.path }));
    endpoints.push(`http://127.0.0.1:${port}/graphql`);
  }
  await Promise.all(running.map((each) => each.says('serving supergraph')));
  const shared = String(limits.store ?? '').startsWith('redis');
  if (shared) await Promise.all(running.map((each) => each.says('limits are counted in Redis')));
  return {
    endpoints,
    logText: () => running.map((each) => each.stdout() + each.stderr()).join('\n'),
    async stop() {
      for (const { child } of running) child.kill('SIGTERM');
      await Promise.all(running.map(({ ended }) => ended));
      await folder.remove();
    },
  };
}
