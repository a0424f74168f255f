import { invoiceFields, type ShownInvoice } from './invoiceText.ts';
import type { ShownTotals, ShownUsage } from './usageCells.ts';

/** What `sluice usage` asks of the admin, and what it gets. */
export type UsageQueries = Readonly<Record<keyof UsageAnswer, string>>;

const totals = `calls errors refused failed gone bytes subgraphCalls joined cacheHits cacheStale cacheMisses
  retries replaced costEstimated costMeasured meanMs p50Ms p95Ms p99Ms steps { admitMs identifyMs prepareMs answerMs }`;
const usage = `now { ${totals} } before { ${totals} }`;
const operation = 'operation { id name kind text firstSeen lastSeen }';
const series = `series { stepSeconds points { at totals { ${totals} } } }`;
const operations = `operations(first: $first, order: $order) { ${operation} name ${usage} }`;

const named = 'query usage($lastSeconds: Int!, $name: String!)';
const listed = 'query usage($lastSeconds: Int!, $first: Int!, $order: UsageOrder!)';
const namedAndListed = 'query usage($lastSeconds: Int!, $name: String!, $first: Int!, $order: UsageOrder!)';
const inPeriod = (selection: string): string => `{ usage(lastSeconds: $lastSeconds) { ${selection} } }`;

export const usageQueries: UsageQueries = {
  operations: `${listed} ${inPeriod(`operations(first: $first, order: $order) {
    period { since until } before { since until } count rows { ${operation} name ${usage} }
  }`)}`,
  operation: `${named} ${inPeriod(`operation(id: $name) {
    ${operation} ${usage} ${series}
    clients { name version ${usage} }
    consumers { name ${usage} }
    subgraphs { name ${usage} }
    generations { name ${usage} }
    codes { name calls }
    errors { at requestId status codes subgraphs client version consumer }
    fields { coordinate firstSeen lastSeen }
    plan { text fault }
  }`)}`,
  client: `${namedAndListed} ${inPeriod(`client(name: $name) {
    name ${usage} ${series} ${operations} versions { name version ${usage} } consumers { name ${usage} }
  }`)}`,
  consumer: `${namedAndListed} ${inPeriod(`consumer(name: $name) {
    name ${usage} ${series} ${operations} clients { name ${usage} } quotas { unit per max used endsAt }
    plan invoice { ${invoiceFields} }
  }`)}`,
  subgraph: `${namedAndListed} ${inPeriod(`subgraph(name: $name) { name ${usage} ${series} ${operations} }`)}`,
  field: `${named} ${inPeriod(`field(coordinate: $name) {
    coordinate period { since until } verdict reason firstSeen lastSeen
    operations { ${operation} calls clients { name version calls } }
  }`)}`,
};

/** The part of the answer that was asked for. */
export interface UsageAnswer {
  readonly operations?: ShownOperations;
  readonly operation?: ShownOperationUsage | null;
  readonly client?: ShownDetails | null;
  readonly consumer?: ShownDetails | null;
  readonly subgraph?: ShownDetails | null;
  readonly field?: ShownField;
}

export interface ShownOperation {
  readonly id: string;
  readonly name: string | null;
  readonly kind: string;
  readonly text: string;
  /** ISO 8601, as all moments here. */
  readonly firstSeen: string;
  readonly lastSeen: string;
}

export interface ShownRow extends ShownUsage {
  readonly operation: ShownOperation | null;
  readonly name: string;
}

export interface ShownNamed extends ShownUsage {
  readonly name: string | null;
  readonly version?: string | null;
}

export interface ShownOperations {
  readonly period: { readonly since: string };
  readonly count: number;
  readonly rows: readonly ShownRow[];
}

export interface ShownOperationUsage extends ShownUsage {
  readonly operation: ShownOperation;
  readonly clients: readonly ShownNamed[];
  readonly consumers: readonly ShownNamed[];
  readonly subgraphs: readonly ShownNamed[];
  readonly generations: readonly ShownNamed[];
  readonly codes: readonly { readonly name: string; readonly calls: number }[];
  readonly errors: readonly {
    readonly at: string;
    readonly requestId: string;
    readonly status: number;
    readonly codes: readonly string[];
    readonly subgraphs: readonly string[];
    readonly client: string | null;
  }[];
  readonly fields: readonly { readonly coordinate: string; readonly lastSeen: string }[];
  readonly plan: { readonly text: string | null; readonly fault: string | null } | null;
  readonly series: ShownSeries;
}

/** Moments in which something was asked. */
export interface ShownSeries {
  readonly points: readonly { readonly at: string; readonly totals: ShownTotals }[];
}

/** Of a client, a consumer or a subgraph. */
export interface ShownDetails extends ShownUsage {
  readonly name: string;
  readonly series: ShownSeries;
  readonly operations: readonly ShownRow[];
  readonly versions?: readonly ShownNamed[];
  readonly clients?: readonly ShownNamed[];
  readonly consumers?: readonly ShownNamed[];
  readonly quotas?: readonly ShownQuota[] | null;
  readonly plan?: string | null;
  /** Of the current month, so far. */
  readonly invoice?: ShownInvoice | null;
}

export interface ShownQuota {
  readonly unit: string;
  readonly per: string;
  readonly max: number;
  readonly used: number;
  readonly endsAt: string;
}

export interface ShownField {
  readonly coordinate: string;
  readonly verdict: 'USED' | 'SAFE' | 'UNSURE';
  readonly reason: string;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly operations: readonly {
    readonly operation: ShownOperation;
    readonly clients: readonly {
      readonly name: string | null;
      readonly version: string | null;
      readonly calls: number;
    }[];
  }[];
}
