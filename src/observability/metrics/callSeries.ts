import { otherName } from '../../base/boundedNames.ts';
import { isErrorCode } from '../../base/errors.ts';
import type { CallFact } from '../../model/subgraphCall.ts';
import { Durations } from './durations.ts';
import type { LabelValues } from './reading.ts';

/** What is counted of the calls to one subgraph. */
export interface SubgraphSeries {
  readonly subgraph: string;
  /** By the code of the error; of subgraphs' own codes the first few. */
  readonly durations: Map<string, Durations>;
  readonly ok: Durations;
  bytes: number;
  joined: number;
  /** Calls that failed and something stood in for. */
  replaced: number;
}

export interface CallSeries {
  add(fact: CallFact): void;
  all(): Iterable<SubgraphSeries>;
}

/** Subgraphs come and go with publishes. */
const maxSubgraphs = 500;
/** Codes of its own that a subgraph may have told apart. */
const maxOwnCodes = 10;

export function createCallSeries(): CallSeries {
  const series = new Map<string, SubgraphSeries>();

  function seriesOf(subgraph: string): SubgraphSeries {
    const known = series.get(subgraph);
    if (known) return known;
    const name = series.size < maxSubgraphs ? subgraph : otherName;
    const other = series.get(name);
    if (other) return other;
    const ok = new Durations();
    const opened = { subgraph: name, durations: new Map([['', ok]]), ok, bytes: 0, joined: 0, replaced: 0 };
    series.set(name, opened);
    return opened;
  }

  return {
    add({ subgraph, joined, code, ms, bytes, replaced }) {
      const one = seriesOf(subgraph);
      if (replaced) one.replaced += 1;
      if (joined) {
        one.joined += 1;
        return;
      }
      one.bytes += bytes;
      (code === null ? one.ok : failedWith(one, code)).add(ms / 1000);
    },
    all: () => series.values(),
  };
}

function failedWith({ durations }: SubgraphSeries, code: string): Durations {
  const known = durations.get(code);
  if (known) return known;
  const own = [...durations.keys()].filter((each) => !isErrorCode(each));
  const name = isErrorCode(code) || own.length <= maxOwnCodes ? code : otherName;
  const opened = durations.get(name) ?? new Durations();
  durations.set(name, opened);
  return opened;
}

export function labelsOf({ subgraph }: SubgraphSeries): LabelValues {
  return [subgraph];
}
