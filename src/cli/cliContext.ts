import type { GatewayModule } from './gatewayModule.ts';
import type { Terminal } from './terminal.ts';

/** What every command is given. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  /** What relative paths start from. */
  readonly folder: string;
  readonly stdin: AsyncIterable<Buffer | string>;
  readonly loadGateway: () => Promise<GatewayModule>;
}
