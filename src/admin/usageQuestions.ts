import type {
  Kind,
  NamedTotals,
  Period,
  TotalsAnswer,
  TotalsOrder,
  TotalsQuestion,
  Usage,
} from '../analytics/analytics.ts';
import { SluiceError } from '../base/errors.ts';
import { shownNamed, shownOperation, shownSeries, shownUsage } from './shownUsage.ts';

export interface ListArguments {
  readonly first: number;
  readonly order: keyof typeof orders;
}

const orders = {
  CALLS: 'calls',
  ERRORS: 'errors',
  P50: 'p50Ms',
  P95: 'p95Ms',
  P99: 'p99Ms',
  TIME: 'ms',
  COST: 'costMeasured',
  BYTES: 'bytes',
} as const satisfies Record<string, TotalsOrder>;

const maxFirst = 10_000;
const everything: ListArguments = { first: 1000, order: 'CALLS' };

type ListQuestion = Pick<TotalsQuestion, 'kind' | 'by' | 'one' | 'two'>;

/** Questions about one period, answered as the admin API has it. */
export interface UsageQuestions {
  list(question: ListQuestion, asked?: ListArguments): Promise<TotalsAnswer>;
  named(question: ListQuestion, asked?: ListArguments): Promise<readonly object[]>;
  /** One name and what it comes to. */
  one(kind: Kind, name: string): Promise<NamedTotals>;
  /** Over time: of one name, or of all together. */
  series(kind: Kind, name?: string): Promise<object>;
  /** All together. */
  all(): Promise<NamedTotals>;
  /** Operations, of one client, consumer or subgraph by its name. */
  operations(question: Pick<ListQuestion, 'kind' | 'two'>, asked: ListArguments): Promise<readonly object[]>;
  operationRows(rows: readonly NamedTotals[]): Promise<readonly object[]>;
}

export function createUsageQuestions(usage: Usage, period: Period): UsageQuestions {
  async function list(question: ListQuestion, { first, order } = everything): Promise<TotalsAnswer> {
    if (first >= 1 && first <= maxFirst)
      return await usage.totals({ ...question, period, first, order: orders[order] });
    throw new SluiceError('BAD_USER_INPUT', `first is ${first}; allowed: 1 to ${maxFirst}.`);
  }

  async function operationRows(rows: readonly NamedTotals[]) {
    const idOf = ({ names: [id = ''] }: NamedTotals): string => id;
    const operations = await usage.operations(rows.map(idOf));
    const known = new Map(operations.map((operation) => [operation.id, operation]));
    return rows.map((row) => {
      const operation = known.get(idOf(row));
      return {
        operation: operation ? shownOperation(operation) : null,
        name: operation?.name ?? idOf(row),
        ...shownUsage(row),
      };
    });
  }

  async function one(kind: Kind, name: string): Promise<NamedTotals> {
    const [row] = (await list({ kind, one: [name], by: ['one'] })).rows;
    if (!row) throw new Error('A name that was asked for was not answered for');
    return row;
  }

  return {
    list,
    operationRows,
    named: async (question, asked) => (await list(question, asked)).rows.map(shownNamed),
    one,
    series: async (kind, name) =>
      shownSeries(await usage.series({ kind, period, ...(name !== undefined && { one: name }) })),
    async all() {
      const [row] = (await list({ kind: 'region', by: [] })).rows;
      return row ?? (await one('region', ''));
    },
    operations: async (question, asked) =>
      await operationRows((await list({ ...question, by: ['one'] }, asked)).rows),
  };
}
