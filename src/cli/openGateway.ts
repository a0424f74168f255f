import { systemClock } from '../base/clock.ts';
import type { Gateway, Loaded } from '../gateway.ts';
import type { CliContext } from './cliContext.ts';
import { watchFile } from './watchFile.ts';

export interface GatewayToOpen {
  readonly loaded: Loaded;
  /** The settings' file as --config named it. */
  readonly named: string | null;
  readonly mode: 'serve' | 'dev';
  readonly supergraph?: string | undefined;
  /** After the gateway has taken changed settings. */
  readonly onSettings?: (next: Loaded) => Promise<void>;
}

export interface OpenGateway {
  readonly gateway: Gateway;
  close(): Promise<void>;
}

/** A gateway with its log, which follows its settings' file. */
export async function openGateway(
  { loaded, named, mode, supergraph, onSettings }: GatewayToOpen,
  context: CliContext,
): Promise<OpenGateway> {
  const [{ createLog }, { startGateway }] = await Promise.all([
    import('../observability/observability.ts'),
    context.loadGateway(),
  ]);
  const log = createLog(loaded.settings.observability.log, {
    defaultFormat: mode === 'dev' ? 'text' : 'json',
  });
  const gateway = await startGateway(loaded, { mode, log, ...(supergraph !== undefined && { supergraph }) });
  const watch = await watchFile({ loaded, named, clock: systemClock, context }, async (next) => {
    const waiting = gateway.reconfigure(next);
    await onSettings?.(next);
    return waiting;
  });
  return {
    gateway,
    async close() {
      await watch.close();
      await gateway.stop(mode === 'dev' ? { delayMs: 0 } : {});
      await log.flush();
    },
  };
}
