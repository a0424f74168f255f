import { accessOptions } from '../access/access.ts';
import { adminOptions } from '../admin/admin.ts';
import { analyticsOptions } from '../analytics/analytics.ts';
import { authorizationOptions } from '../authorization/authorization.ts';
import { billingOptions } from '../billing/billing.ts';
import { cacheOptions } from '../cache/cache.ts';
import { executionOptions } from '../execution/execution.ts';
import { explainOptions } from '../explain/explain.ts';
import { identityOptions } from '../identity/identity.ts';
import { limitsOptions } from '../limits/limits.ts';
import { observabilityOptions } from '../observability/observability.ts';
import { planningOptions } from '../planning/planning.ts';
import { registryOptions } from '../registry/registry.ts';
import { pluginsOptions, requestOptions } from '../request/request.ts';
import { serverOptions } from '../server/server.ts';
import { storageOptions } from '../storage/storage.ts';
import { upstreamOptions } from '../upstream/upstream.ts';

/** Every section of supergraph.yaml that belongs to a part, in the order they are printed. */
export const settingsSections = {
  server: serverOptions,
  admin: adminOptions,
  identity: identityOptions,
  request: requestOptions,
  access: accessOptions,
  authorization: authorizationOptions,
  limits: limitsOptions,
  plugins: pluginsOptions,
  execution: executionOptions,
  planning: planningOptions,
  registry: registryOptions,
  upstream: upstreamOptions,
  cache: cacheOptions,
  analytics: analyticsOptions,
  billing: billingOptions,
  explain: explainOptions,
  storage: storageOptions,
  observability: observabilityOptions,
};
