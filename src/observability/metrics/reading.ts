import type { Durations } from './durations.ts';
import type { MetricName } from './metricCatalogue.ts';

/** The values of a metric's labels, in the order of the catalogue. */
export type LabelValues = readonly string[];

/** What a metric stands at: a number, one for each combination of its labels, or null where there is nothing to tell. */
export type Reading = number | null | Iterable<readonly [labels: LabelValues, value: number | Durations]>;

export type Reader = () => Reading;

/** Who tells it, for some of the metrics; asked at each scrape, and at no other time. */
export type Readers<Name extends MetricName = MetricName> = Readonly<Record<Name, Reader>>;
