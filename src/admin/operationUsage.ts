import type { Kind, RecordedOperation, TotalsQuestion, Usage } from '../analytics/analytics.ts';
import { SluiceError } from '../base/errors.ts';
import type { SupergraphSource } from '../model/supergraph.ts';
import type { Planning, QueryPlan } from '../planning/planning.ts';
import type { AdminCaller } from './adminCaller.ts';
import { fetchUsage } from './fetchUsage.ts';
import { isoTime } from './isoTime.ts';
import { type ShownUsage, shownClient, shownNamed, shownOperation, shownUsage } from './shownUsage.ts';
import type { UsageQuestions } from './usageQuestions.ts';

export interface OperationUsageParts {
  readonly usage: Usage;
  readonly source: SupergraphSource;
  readonly planning: Pick<Planning, 'plan'>;
}

/** A supergraph may have changed since it was asked: then there is no plan, and everything else to tell. */
function faultOf(failure: unknown): { text: null; fault: string; plan: null } {
  if (failure instanceof SluiceError && failure.status < 500)
    return { text: null, fault: failure.message, plan: null };
  throw failure;
}

export interface PlannedNow {
  readonly text: string | null;
  readonly fault: string | null;
  readonly plan: QueryPlan['plan'] | null;
}

/** Null while nothing is served. */
async function planOf(
  { text: document, name: operationName }: RecordedOperation,
  { source, planning }: Omit<OperationUsageParts, 'usage'>,
  signal: AbortSignal,
): Promise<PlannedNow | null> {
  const supergraph = source.current();
  if (!supergraph) return null;
  const { sdl: supergraphSdl, hash: supergraphHash } = supergraph;
  const asked = { document, operationName, validate: true, withText: true };
  return await planning
    .plan({ supergraphSdl, supergraphHash, ...asked }, signal)
    .then(({ text, plan }) => ({ text, fault: null, plan }), faultOf);
}

/** All about one operation; each part is asked of the store when somebody wants it. */
export function operationUsage(
  operation: RecordedOperation,
  questions: UsageQuestions,
  parts: OperationUsageParts,
) {
  const { usage } = parts;
  const { id } = operation;
  let plan: Promise<PlannedNow | null> | null = null;
  const planned = (signal: AbortSignal) => {
    plan ??= planOf(operation, parts, signal);
    return plan;
  };
  let totals: Promise<ShownUsage> | null = null;
  const counted = () => {
    totals ??= questions.one('operation', id).then(shownUsage);
    return totals;
  };
  const rowsOf = async (kind: Kind, by: TotalsQuestion['by'] = ['two']) =>
    (await questions.list({ kind, one: [id], by })).rows;
  return {
    operation: shownOperation(operation),
    now: async () => (await counted()).now,
    before: async () => (await counted()).before,
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
    plan: async (_asked: object, { signal }: AdminCaller) => await planned(signal),
    async fetches(_asked: object, { signal }: AdminCaller) {
      const answer = await planned(signal);
      return answer?.plan ? fetchUsage(answer.plan, await rowsOf('operationFetch')) : null;
    },
  };
}
