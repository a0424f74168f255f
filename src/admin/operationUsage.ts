import type { Kind, RecordedOperation, TotalsQuestion, Usage } from '../analytics/analytics.ts';
import { SluiceError } from '../base/errors.ts';
import type { SupergraphSource } from '../model/supergraph.ts';
import type { Planning } from '../planning/planning.ts';
import type { AdminCaller } from './adminCaller.ts';
import { isoTime } from './isoTime.ts';
import { shownClient, shownNamed, shownOperation, shownUsage } from './shownUsage.ts';
import type { UsageQuestions } from './usageQuestions.ts';

export interface OperationUsageParts {
  readonly usage: Usage;
  readonly source: SupergraphSource;
  readonly planning: Pick<Planning, 'plan'>;
}

/** A supergraph may have changed since it was asked: then there is no plan, and everything else to tell. */
function faultOf(failure: unknown): { text: null; fault: string } {
  if (failure instanceof SluiceError && failure.status < 500) return { text: null, fault: failure.message };
  throw failure;
}

/** All about one operation; each part is asked of the store when somebody wants it. */
export async function operationUsage(
  operation: RecordedOperation,
  questions: UsageQuestions,
  { usage, source, planning }: OperationUsageParts,
) {
  const { id, text, name } = operation;
  const rowsOf = async (kind: Kind, by: TotalsQuestion['by'] = ['two']) =>
    (await questions.list({ kind, one: [id], by })).rows;
  return {
    operation: shownOperation(operation),
    ...shownUsage(await questions.one('operation', id)),
    series: () => questions.series('operation', id),
    clients: async () => (await rowsOf('operationClient', ['two', 'three'])).map(shownClient),
    consumers: async () => (await rowsOf('operationConsumer')).map(shownNamed),
    subgraphs: async () => (await rowsOf('operationSubgraph')).map(shownNamed),
    generations: async () => (await rowsOf('operationGeneration')).map(shownNamed),
    codes: async () =>
      (await rowsOf('operationCode')).map(({ names: [code], now }) => ({ name: code, calls: now.calls })),
    errors: async ({ first }: { first: number }) =>
      (await usage.errors({ operation: id, first })).map(({ atMs, client, version, consumer, ...error }) => ({
        ...error,
        at: isoTime(atMs),
        client: client || null,
        version: version || null,
        consumer: consumer || null,
      })),
    fields: async () =>
      (await usage.coordinates(id)).map(({ coordinate, firstSeenMs, lastSeenMs }) => ({
        coordinate,
        firstSeen: isoTime(firstSeenMs),
        lastSeen: isoTime(lastSeenMs),
      })),
    async plan(_asked: object, { signal }: AdminCaller) {
      const supergraph = source.current();
      if (!supergraph) return null;
      const { sdl: supergraphSdl, hash: supergraphHash } = supergraph;
      const asked = { document: text, operationName: name, validate: true, withText: true };
      return await planning
        .plan({ supergraphSdl, supergraphHash, ...asked }, signal)
        .then(({ text }) => ({ text, fault: null }), faultOf);
    },
  };
}
