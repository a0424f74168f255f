import { isLoopbackHost } from './isLoopbackHost.ts';

/** Why an admin may not be bound like this, or null when it may. */
export function exposureFault({ host, tokens }: { host: string; tokens: readonly object[] }): string | null {
  if (tokens.length > 0 || isLoopbackHost(host)) return null;
  return `found ${host}, where other machines reach the admin, and no admin.tokens; allowed: 127.0.0.1, or at least one entry { name, role, token } in admin.tokens`;
}
