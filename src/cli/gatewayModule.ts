import type { startGateway } from '../gateway.ts';

/** What commands need of src/gateway.ts, which builds all parts: only those that run a gateway load it. */
export interface GatewayModule {
  readonly startGateway: typeof startGateway;
}
