import type { OperationDefinitionNode } from 'graphql';
import type { CallFact } from '../model/subgraphCall.ts';
import { fetchIdsOf } from './fetchIdsOf.ts';
import { bucketOf } from './latencySketch.ts';
import { at } from './measures.ts';
import { retriesOf } from './retriesOf.ts';
import { noSums, type UsageGroup, type UsageWindow } from './usageWindow.ts';

/** Adds up calls to subgraphs, by subgraph and by operation and subgraph; a sample of them also by what they fetch. */
export interface CallTally {
  add(window: UsageWindow, operation: string, fact: CallFact): void;
  /** For another window. */
  clear(): void;
}

/** The calls of one subgraph, and of each operation to it. */
interface SubgraphGroups {
  readonly all: UsageGroup;
  readonly byOperation: Map<string, OperationCalls>;
}

interface OperationCalls {
  readonly all: UsageGroup;
  /** By what was sent, which is the same object for as long as a plan is kept. */
  readonly byFetch: Map<OperationDefinitionNode, readonly UsageGroup[]>;
  counted: number;
}

/** Of an operation's calls to a subgraph in a minute the first are counted by what they fetch, and then one in so many. */
const firstByFetch = 20;
/** A prime: of fetches that come in turns it would always be the same one. */
const oneByFetch = 17;
/** Where each request brings a text of its own, each has a plan of its own, too: so many are looked at. */
const maxSent = 32;

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

  function addFetches(window: UsageWindow, { operation, calls, fact }: FetchedCall): void {
    const sent = fact.definition?.();
    if (!sent) return;
    let groups = calls.byFetch.get(sent);
    if (!groups) {
      if (calls.byFetch.size >= maxSent) return;
      groups = fetchIdsOf(sent).map((id) => window.groupOf('operationFetch', [operation, id, ''], true));
      calls.byFetch.set(sent, groups);
    }
    for (const group of groups) addTo(window, group, fact);
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
      let calls = byOperation.get(operation);
      if (!calls) {
        const group = window.groupOf('operationSubgraph', [operation, fact.subgraph, ''], true);
        calls = { all: group, byFetch: new Map(), counted: 0 };
        byOperation.set(operation, calls);
      }
      addTo(window, all, fact);
      addTo(window, calls.all, fact);
      if (fact.joined || fact.tries === 0) return;
      if (calls.counted < firstByFetch || calls.counted % oneByFetch === 0)
        addFetches(window, { operation, calls, fact });
      calls.counted += 1;
    },
    clear() {
      known = new Map();
    },
  };
}

interface FetchedCall {
  readonly operation: string;
  readonly calls: OperationCalls;
  readonly fact: CallFact;
}

function addOne({ sums }: UsageGroup, index: number): void {
  sums[index] = (sums[index] ?? 0) + 1;
}
