import type { CallFact } from '../model/subgraphCall.ts';
import { bucketOf } from './latencySketch.ts';
import { at } from './measures.ts';
import { retriesOf } from './retriesOf.ts';
import { noSums, type UsageGroup, type UsageWindow } from './usageWindow.ts';

/** Adds up calls to subgraphs, by subgraph and by operation and subgraph. */
export interface CallTally {
  add(window: UsageWindow, operation: string, fact: CallFact): void;
  /** For another window. */
  clear(): void;
}

/** The calls of one subgraph, and of each operation to it. */
interface SubgraphGroups {
  readonly all: UsageGroup;
  readonly byOperation: Map<string, UsageGroup>;
}

export function createCallTally(): CallTally {
  const increments = noSums();
  let known = new Map<string, SubgraphGroups>();

  function groupsOf(window: UsageWindow, subgraph: string): SubgraphGroups {
    const kept = known.get(subgraph);
    if (kept) return kept;
    const groups = { all: window.groupOf('subgraph', [subgraph, '', ''], true), byOperation: new Map() };
    known.set(subgraph, groups);
    return groups;
  }

  function addTo(window: UsageWindow, group: UsageGroup, fact: CallFact): void {
    if (fact.joined) {
      addOne(group, at.joined);
      if (fact.replaced) addOne(group, at.replaced);
    } else {
      group.add(increments);
      group.latency?.addToBucket(bucketOf(fact.ms), 1);
    }
    window.soil(group);
  }

  return {
    add(window, operation, fact) {
      increments[at.calls] = 1;
      increments[at.errors] = fact.code === null ? 0 : 1;
      increments[at.ms] = fact.ms;
      increments[at.bytes] = fact.bytes;
      increments[at.retries] = retriesOf(fact);
      increments[at.replaced] = fact.replaced ? 1 : 0;
      const { all, byOperation } = groupsOf(window, fact.subgraph);
      const ofOperation =
        byOperation.get(operation) ??
        window.groupOf('operationSubgraph', [operation, fact.subgraph, ''], true);
      byOperation.set(operation, ofOperation);
      addTo(window, all, fact);
      addTo(window, ofOperation, fact);
    },
    clear() {
      known = new Map();
    },
  };
}

function addOne({ sums }: UsageGroup, index: number): void {
  sums[index] = (sums[index] ?? 0) + 1;
}
