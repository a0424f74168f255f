/** What was counted, as the admin writes it. */
export interface ShownTotals {
  readonly calls: number;
  readonly errors: number;
  readonly gone: number;
  readonly joined: number;
  readonly cacheHits: number;
  readonly cacheStale: number;
  readonly cacheMisses: number;
  readonly retries: number;
  readonly replaced: number;
  readonly costMeasured: number;
  readonly costEstimated: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export interface ShownUsage {
  readonly now: ShownTotals;
  readonly before: ShownTotals;
}

export const usageHeading = ['CALLS', 'CHANGE', 'ERRORS', 'P50', 'P95', 'P99', 'COST'];

/** The cells under `usageHeading`, as people read numbers. */
export function usageCells({ now, before }: ShownUsage): string[] {
  return [
    String(now.calls),
    shownChange(now.calls, before.calls),
    shownPart(now.errors, now.calls),
    shownMs(now.p50Ms),
    shownMs(now.p95Ms),
    shownMs(now.p99Ms),
    shownCost(now),
  ];
}

export const callsHeading = ['CALLS', 'CHANGE', 'ERRORS', 'RETRIES', 'REPLACED', 'P50', 'P95', 'P99'];

/** The cells under `callsHeading`, of calls to subgraphs. */
export function callsCells(usage: ShownUsage): string[] {
  const { retries, replaced } = usage.now;
  const [calls = '', change = '', errors = '', ...times] = usageCells(usage).slice(0, -1);
  return [calls, change, errors, shownCount(retries), shownCount(replaced), ...times];
}

/** One line about it all. */
export function usageSummary({ now, before }: ShownUsage): string {
  const gone = now.gone > 0 ? `, ${now.gone} not waited for` : '';
  const joined = now.joined > 0 ? `, ${now.joined} joined with others` : '';
  const retries = now.retries > 0 ? `, ${now.retries} retries` : '';
  const replaced = now.replaced > 0 ? `, ${now.replaced} replaced by a fallback` : '';
  const cost = shownCost(now) === '-' ? '' : `, cost ${shownCost(now)}`;
  const times = `p50 ${shownMs(now.p50Ms)}, p95 ${shownMs(now.p95Ms)}, p99 ${shownMs(now.p99Ms)}`;
  const errors = now.errors === 0 ? 'no errors' : `${shownPart(now.errors, now.calls)} errors`;
  return `${now.calls} calls (${shownChange(now.calls, before.calls)}), ${errors}${gone}${joined}${retries}${replaced}; ${times}${cost}${shownCached(now)}.`;
}

function shownCached({ cacheHits, cacheStale, cacheMisses }: ShownTotals): string {
  if (cacheHits + cacheMisses === 0) return '';
  const stale = cacheStale > 0 ? `, ${cacheStale} of them after their time` : '';
  return `; ${cacheHits} of ${cacheHits + cacheMisses} answered from the cache${stale}`;
}

/** `-` for none. */
function shownCount(count: number): string {
  return count === 0 ? '-' : String(count);
}

/** `0.3 %` of all; `-` for none. */
export function shownPart(part: number, of: number): string {
  if (part === 0 || of === 0) return '-';
  const percent = (part / of) * 100;
  return percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(1)} %`;
}

/** As exact as people read it; `-` for what was not measured. */
export function shownMs(ms: number | null): string {
  if (ms === null) return '-';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Against the time before; `new` when there was nothing. */
function shownChange(now: number, before: number): string {
  if (before === 0) return now === 0 ? '-' : 'new';
  const percent = Math.round((now / before - 1) * 100);
  return `${percent > 0 ? '+' : ''}${percent} %`;
}

function shownCost({ costMeasured, costEstimated }: ShownTotals): string {
  const cost = costMeasured || costEstimated;
  return cost === 0 ? '-' : String(Math.round(cost));
}
