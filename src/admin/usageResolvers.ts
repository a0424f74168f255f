import type { GraphQLSchema } from 'graphql';
import { coordinatesOfField, type FieldAnswer, type Period, type Usage } from '../analytics/analytics.ts';
import type { Clock } from '../base/clock.ts';
import type { Invoices } from '../billing/billing.ts';
import type { QuotaState } from '../model/quotaState.ts';
import { shownInvoice } from './billingResolvers.ts';
import { fieldVerdict } from './fieldVerdict.ts';
import { isoTime } from './isoTime.ts';
import { type OperationUsageParts, operationUsage } from './operationUsage.ts';
import { shownClient, shownOperation, shownPeriod, shownUsage } from './shownUsage.ts';
import { suggestedLimits } from './suggestedLimits.ts';
import { type PeriodArguments, usagePeriod } from './usagePeriod.ts';
import { createUsageQuestions, type ListArguments, type UsageQuestions } from './usageQuestions.ts';

export interface UsageResolverParts extends Omit<OperationUsageParts, 'usage'> {
  /** Null where usage is not recorded. */
  readonly usage: Usage | null;
  /** What clients see now; null when nothing is served. */
  readonly schema: () => GraphQLSchema | null;
  /** Where a consumer stands in its quotas; absent where nobody tells. */
  readonly quotasOf?: (consumer: string) => Promise<readonly QuotaState[]>;
  readonly invoices: Invoices;
  readonly clock: Pick<Clock, 'wallMs'>;
}

/** The root field about usage. Each part of its answer is asked of the store when somebody wants it. */
export function createUsageResolvers(parts: UsageResolverParts) {
  return {
    usage(asked: PeriodArguments) {
      const { usage, clock } = parts;
      return usage && usageIn(usagePeriod(asked, clock.wallMs()), { ...parts, usage });
    },
  };
}

interface RecordedParts extends UsageResolverParts {
  readonly usage: Usage;
}

function usageIn(period: Period, parts: RecordedParts) {
  const { usage, schema } = parts;
  const questions = createUsageQuestions(usage, period);
  return {
    lost: usage.lost,
    now: async () => shownUsage(await questions.all()).now,
    before: async () => shownUsage(await questions.all()).before,
    series: () => questions.series('region'),
    async operations(asked: ListArguments) {
      const {
        period: told,
        before,
        count,
        rows,
      } = await questions.list({ kind: 'operation', by: ['one'] }, asked);
      return {
        period: shownPeriod(told),
        before: shownPeriod(before),
        count,
        rows: await questions.operationRows(rows),
      };
    },
    async operation({ id }: { id: string }) {
      const operation = await usage.operation(id);
      return operation && operationUsage(operation, questions, parts);
    },
    clients: async (asked: ListArguments) =>
      (await questions.list({ kind: 'client', by: ['one', 'two'] }, asked)).rows.map(shownClient),
    client: ({ name }: { name: string }) => clientDetails(name, questions),
    consumers: (asked: ListArguments) => questions.named({ kind: 'consumer', by: ['one'] }, asked),
    consumer: ({ name }: { name: string }) => consumerDetails(name, questions, parts),
    subgraphs: (asked: ListArguments) => questions.named({ kind: 'subgraph', by: ['one'] }, asked),
    subgraph: ({ name }: { name: string }) => subgraphDetails(name, questions),
    suggestedLimits: async () => suggestedLimits(await usage.limits({ period })),
    statuses: () => questions.named({ kind: 'status', by: ['one'] }),
    regions: () => questions.named({ kind: 'region', by: ['one'] }),
    callers: () => questions.named({ kind: 'caller', by: ['one'] }),
    async field({ coordinate }: { coordinate: string }) {
      const coordinates = coordinatesOfField(coordinate, schema());
      return shownField(coordinate, await usage.field({ coordinates, period }), usage.lost());
    },
  };
}

/** What is counted under a name of a kind; null where nothing is, now or before. */
async function usageOf(kind: 'client' | 'consumer' | 'subgraph', name: string, questions: UsageQuestions) {
  const row = await questions.one(kind, name);
  const { now, before } = row;
  if (now.calls + before.calls + now.joined + before.joined === 0) return null;
  return { name, ...shownUsage(row), series: () => questions.series(kind, name) };
}

async function clientDetails(name: string, questions: UsageQuestions) {
  const usage = await usageOf('client', name, questions);
  return (
    usage && {
      ...usage,
      versions: async () =>
        (await questions.list({ kind: 'client', one: [name], by: ['one', 'two'] })).rows.map(shownClient),
      operations: (asked: ListArguments) =>
        questions.operations({ kind: 'operationClient', two: name }, asked),
      consumers: () => questions.named({ kind: 'clientConsumer', one: [name], by: ['two'] }),
    }
  );
}

async function consumerDetails(
  name: string,
  questions: UsageQuestions,
  { quotasOf, invoices }: UsageResolverParts,
) {
  const usage = await usageOf('consumer', name, questions);
  return (
    usage && {
      ...usage,
      operations: (asked: ListArguments) =>
        questions.operations({ kind: 'operationConsumer', two: name }, asked),
      clients: () => questions.named({ kind: 'clientConsumer', two: name, by: ['one'] }),
      plan: () => invoices.planOf(name),
      async invoice() {
        const invoice = await invoices.invoice({ consumer: name });
        return invoice && shownInvoice(invoice);
      },
      async quotas() {
        const quotas = await quotasOf?.(name);
        return quotas?.map(({ endsAtMs, ...quota }) => ({ ...quota, endsAt: isoTime(endsAtMs) })) ?? null;
      },
    }
  );
}

async function subgraphDetails(name: string, questions: UsageQuestions) {
  const usage = await usageOf('subgraph', name, questions);
  return (
    usage && {
      ...usage,
      operations: (asked: ListArguments) =>
        questions.operations({ kind: 'operationSubgraph', two: name }, asked),
    }
  );
}

function shownField(coordinate: string, answer: FieldAnswer, lost: number) {
  const { period, firstSeenMs, lastSeenMs, operations } = answer;
  return {
    coordinate,
    period: shownPeriod(period),
    ...fieldVerdict(answer, lost),
    firstSeen: firstSeenMs === null ? null : isoTime(firstSeenMs),
    lastSeen: lastSeenMs === null ? null : isoTime(lastSeenMs),
    operations: operations.map(({ operation, calls, clients }) => ({
      operation: shownOperation(operation),
      calls,
      clients: clients.map(({ client, version, ...counted }) => ({
        name: client || null,
        version: version || null,
        ...counted,
      })),
    })),
  };
}
