import type { AuthorizationOptions } from '../authorization/authorization.ts';
import type { Config } from '../config/config.ts';
import type { DocumentsOptions, PipelineParts } from '../request/request.ts';

/** Options of parts that read them for each request, so that they change while the gateway runs. */
export interface LiveOptions {
  documents(judging: Pick<DocumentsOptions, 'plugins' | 'nameRule'>): DocumentsOptions;
  readonly authorization: AuthorizationOptions;
  readonly pipeline: PipelineParts['options'];
}

export function createLiveOptions(
  settings: () => Config,
  { suggestions }: { suggestions: boolean },
): LiveOptions {
  return {
    documents: (judging) => ({
      ...judging,
      suggestions,
      get limits() {
        return settings().limits.operation;
      },
      get trustedMode() {
        return settings().request.trustedDocuments.mode;
      },
      get introspection() {
        return settings().request.introspection;
      },
    }),
    authorization: {
      policies: settings().authorization.policies,
      get onDenied() {
        return settings().authorization.onDenied;
      },
      get policyTimeout() {
        return settings().authorization.policyTimeout;
      },
    },
    pipeline: {
      suggestions,
      get debugScope() {
        return settings().request.debugScope;
      },
      get maxBatch() {
        return settings().server.batch.max;
      },
    },
  };
}
