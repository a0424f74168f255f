import { isDeepStrictEqual } from 'node:util';
import type { SettingsOf } from './readSettings.ts';
import type { settingsSections } from './settingsSections.ts';

type Settings = SettingsOf<typeof settingsSections>;

/** What a running process cannot change: what it listens on, and what its parts were built with. Everything else applies at once. */
const fixedAtStart = [
  'server.port',
  'server.host',
  'server.maxConnections',
  'server.headers.max',
  'server.headers.timeout',
  'server.keepAlive',
  'server.response',
  'admin.port',
  'admin.host',
  'analytics',
  'billing.log',
  'explain',
  'storage',
  'registry',
  'planning',
  'execution',
  'cache.enabled',
  'cache.store',
  'cache.maxBytes',
  'cache.timeout',
  'observability.log.format',
  'observability.log.redact',
  'observability.metrics',
  'observability.traces',
  'request.persistedQueries',
  'request.maxDocuments',
  'request.trustedDocuments.path',
  'request.trustedDocuments.routes',
  'plugins',
  'limits.store',
  'limits.prefix',
  'limits.storeTimeout',
  'limits.gateways',
  'authorization.policies',
  'upstream.dnsServers',
] as const;

/** The paths of settings that differ and take effect only with a restart. */
export function needRestart(former: Settings, next: Settings): readonly string[] {
  return fixedAtStart.filter((path) => !isDeepStrictEqual(valueAt(former, path), valueAt(next, path)));
}

function valueAt(settings: Settings, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], settings);
}
