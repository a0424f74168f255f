import type { Config } from '../config/config.ts';
import type { createDocuments, PipelineParts } from '../request/request.ts';

/** Options of parts that read them for each request, so that they change while the gateway runs. */
export interface LiveOptions {
  readonly documents: Parameters<typeof createDocuments>[0];
  readonly pipeline: PipelineParts['options'];
}

export function createLiveOptions(
  settings: () => Config,
  { suggestions }: { suggestions: boolean },
): LiveOptions {
  return {
    documents: {
      suggestions,
      get limits() {
        return settings().limits.operation;
      },
      get introspection() {
        return settings().request.introspection;
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
