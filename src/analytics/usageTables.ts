import type { Kind } from './kinds.ts';
import { type Measure, measures } from './measures.ts';

/** `costEstimated` is the column `cost_estimated`. */
type Column<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${Column<Tail>}`
  : Name;

export type MeasureColumn = Column<Measure>;

/** The columns of the measures, in their order. */
export const measureColumns = measures.map((measure) =>
  measure.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`),
) as readonly MeasureColumn[];

/** Sums of one kind and key in one span of time; `source` tells processes and minutes apart, and is empty where they have been added up. */
export type UsageSums = {
  start_ms: number;
  kind: Kind;
  one: string;
  two: string;
  three: string;
  source: string;
  latency: string;
} & Record<MeasureColumn, number>;

/** The columns of `shapeMeasures`, in their order. */
export const shapeColumns = ['depth', 'tokens', 'aliases', 'root_fields', 'directives'] as const;

export type UsageTables = {
  usage_minutes: UsageSums;
  usage_hours: UsageSums;
  usage_days: UsageSums;
  /** Hours and days that have to be added up anew; `writes` counts up with each that came. */
  usage_stale: { level: 'hour' | 'day'; start_ms: number; writes: number };
  /** From when on sums are kept: older ones have been deleted. */
  usage_kept: { level: Resolution; from_ms: number };
  usage_operations: {
    id: string;
    name: string | null;
    kind: string;
    text: string;
    first_seen_ms: number;
    last_seen_ms: number;
    /** The most of what its documents came to; 0 where it was not measured. */
    depth: number;
    tokens: number;
    aliases: number;
    root_fields: number;
    directives: number;
  };
  usage_coordinates: {
    coordinate: string;
    operation: string;
    first_seen_ms: number;
    last_seen_ms: number;
  };
  usage_errors: {
    operation: string;
    at_ms: number;
    request_id: string;
    status: number;
    /** JSON lists. */
    codes: string;
    subgraphs: string;
    client: string;
    version: string;
    consumer: string;
  };
};

/** How finely time is told apart. */
export type Resolution = 'minute' | 'hour' | 'day';

export type SumsTable = 'usage_minutes' | 'usage_hours' | 'usage_days';

export const sumsTables: readonly SumsTable[] = ['usage_minutes', 'usage_hours', 'usage_days'];

export const tableOf = { minute: 'usage_minutes', hour: 'usage_hours', day: 'usage_days' } as const;

/** What a row of sums is found by. */
export const sumsKey = ['kind', 'start_ms', 'one', 'two', 'three', 'source'] as const;
