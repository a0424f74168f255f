/**
 * Upstream: the way to the subgraphs. It owns what is known of each (its instances and how they do, its breaker, how many calls it may
 * take), the time and size of a call, and the headers that travel on. It outlives generations: a publish changes nothing of what was learned.
 *
 *     const result = await upstream.call({ subgraph: 'countries', url, kind: 'query', body, caller });
 *
 * Queries on their way that are the same to the last header share one call (`base/joinFlights.ts`); each reads its own copy of the answer.
 * What is decided about a call, and in which order, stands in `callChain.ts`; what happened is noted in its CallFact and in `stats`.
 *
 * It rejects with SUBGRAPH_* errors and CIRCUIT_OPEN, whose messages name the subgraph and nothing else of it; redirects are never followed.
 */
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { createJoinFlights } from '../base/joinFlights.ts';
import type { Random } from '../base/random.ts';
import { withOwnEnd } from '../base/withOwnEnd.ts';
import type { Fallbacks } from '../model/fallbacks.ts';
import type { Log } from '../model/log.ts';
import type { TraceCall } from '../model/requestTrace.ts';
import type {
  Caller,
  CallSubgraph,
  ResponseKeeping,
  SentHeaders,
  SubgraphCall,
  SubgraphResult,
} from '../model/subgraphCall.ts';
import type { Protocol } from '../model/translation.ts';
import type { UpstreamLevers } from '../model/upstreamLevers.ts';
import type { UpstreamStats } from '../model/upstreamStats.ts';
import type { Answer } from './answer.ts';
import { createCallChain } from './callChain.ts';
import { CallNote } from './callNote.ts';
import { createLevers } from './createLevers.ts';
import { fallbacksOf } from './fallbackRules.ts';
import { findByName } from './findByName.ts';
import { compileHeaderRules, type HeadersOfCalls } from './headerRules.ts';
import { HealthChecks } from './healthChecks.ts';
import { MutationCounts } from './mutationCounts.ts';
import { headersBack } from './responseHeaders.ts';
import { type InstanceSource, type InstancesBySubgraph, Routes } from './routes.ts';
import { SentCall } from './sentCall.ts';
import { createTransports } from './transports/transports.ts';
import type { UpstreamOptions } from './upstreamOptions.ts';

export { balanceOptions } from './balanceOptions.ts';
export { Breaker } from './breaker.ts';
export { type BreakerOptions, breakerOptions } from './breakerOptions.ts';
export { Bulkhead } from './bulkhead.ts';
export { concurrencyOptions } from './concurrencyOptions.ts';
export { ejectionOptions } from './ejection.ts';
export type { Instance } from './instance.ts';
export { Instances } from './instances.ts';
export type { InstanceSource, InstancesBySubgraph } from './routes.ts';
export { type UpstreamOptions, upstreamOptions } from './upstreamOptions.ts';

export interface UpstreamParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Header fields that only we send: a client's are not passed on, whatever the rules say. */
  readonly ownHeaders?: readonly string[];
}

export interface Upstream {
  readonly call: CallSubgraph;
  /**
   * All that calls for this caller send besides what an operation asks, and which mutations came before: while the texts are equal, so are
   * the answers. Null where nothing is to be joined.
   */
  identityOf(caller: Caller): string | null;
  /** What a call to this subgraph sends for this caller. */
  headersOf(subgraph: string, caller: Caller): SentHeaders;
  /** What stands in for what cannot be had, as it is set now. */
  fallbacks(): Fallbacks;
  /** New rules and limits for calls that begin from now on. */
  reconfigure(options: UpstreamOptions): void;
  /** These instances there are from now on, by this source. */
  setInstances(source: InstanceSource, instances: InstancesBySubgraph): void;
  /** The subgraphs that are in use now, with their routing URLs, and how they are spoken to; connections of others are closed. */
  keepOnly(urls: ReadonlyMap<string, string>, protocols: ReadonlyMap<string, Protocol>): void;
  readonly stats: UpstreamStats;
  readonly levers: UpstreamLevers;
  close(): Promise<void>;
}

export function createUpstream(initial: UpstreamOptions, parts: UpstreamParts): Upstream {
  const { clock, random, ownHeaders = [] } = parts;
  const routes = new Routes(initial, parts);
  const flights = createJoinFlights<Answer>();
  const mutations = new MutationCounts();
  let options = initial;
  let fallbacks = fallbacksOf(initial.fallback);
  let headers = compileHeaderRules(initial, ownHeaders);
  const transports = createTransports();
  const checks = new HealthChecks(initial, { clock, log: parts.log, transports, routes: () => routes.all });
  const lookup = findByName(initial, { ...parts, routes });
  const chain = createCallChain({ clock, random, transports, options: () => options });

  function send(call: SubgraphCall, { note, trace }: Noted): Promise<Answer> {
    const route = routes.of(call.subgraph, call.url);
    const callHeaders = headers.of(call);
    const start = (signal: AbortSignal, abort: SentCall['abort']): Promise<Answer> => {
      note.joined = false;
      const sent = new SentCall({ call, route, headers: callHeaders, note, trace });
      sent.signal = signal;
      sent.abort = abort;
      return chain(sent);
    };
    if (call.kind !== 'query') return start(call.caller.signal, null);
    if (!options.join) return withOwnEnd(call.caller.signal, start);
    note.joined = true;
    const key = flightKey(call, { identity: callHeaders.identity, mutations: mutations.of(call.subgraph) });
    return flights.join(key, call.caller, start);
  }

  return {
    async call(call) {
      const startedMs = clock.monotonicMs();
      const note = new CallNote(call, startedMs);
      const trace = call.caller.notes?.trace?.beginCall(call);
      try {
        const answer = await send(call, { note, trace });
        const back = headersBack(answer.headers, options.responseHeaders, note.joined);
        if (back.length > 0) call.caller.notes?.noteHeaders?.(back);
        const result = answer.take();
        note.code = codeOfFirst(result);
        return { ...result, keeping: { ...keepingOf(answer), back }, source: answer.source };
      } catch (failure) {
        // What is given up because its client has left is no fault of the subgraph.
        if (!call.caller.signal.aborted) note.code = SluiceError.from(failure).code;
        throw failure;
      } finally {
        note.ms = clock.monotonicMs() - startedMs;
        call.caller.notes?.noteCall(note);
        trace?.end(note);
        if (call.kind === 'mutation') mutations.add(call.subgraph);
      }
    },
    headersOf: (subgraph, caller) => sentHeaders({ headers, options, ownHeaders }, subgraph, caller),
    // Headers that go back are noted by the call, so each has to make its own.
    identityOf: (caller) =>
      options.join && options.responseHeaders.length === 0
        ? `${mutations.total} ${headers.identityOf(caller)}`
        : null,
    fallbacks: () => fallbacks,
    reconfigure(next) {
      fallbacks = fallbacksOf(next.fallback);
      headers = compileHeaderRules(next, ownHeaders);
      options = next;
      routes.reconfigure(next);
      checks.reconfigure(next);
      lookup.reconfigure(next);
    },
    setInstances: (source, instances) => routes.setInstances(source, instances),
    keepOnly: (urls, protocols) => routes.keepOnly(urls, protocols),
    stats: routes,
    levers: createLevers({ routes, clock }),
    async close() {
      lookup.close();
      await checks.close();
      await routes.close();
    },
  };
}

/** A line each, the body last: nothing in one part can be taken for another. */
function flightKey(
  { supergraphHash, url, body }: SubgraphCall,
  { identity, mutations }: { readonly identity: string; readonly mutations: number },
): string {
  return `${supergraphHash} ${mutations} ${url}\n${identity}\n${body}`;
}

interface Noted {
  readonly note: CallNote;
  readonly trace: TraceCall | undefined;
}

interface SentBy {
  readonly headers: HeadersOfCalls;
  readonly options: Pick<UpstreamOptions, 'deadlineHeader' | 'responseHeaders'>;
  readonly ownHeaders: readonly string[];
}

function sentHeaders(
  { headers, options, ownHeaders }: SentBy,
  subgraph: string,
  caller: Caller,
): SentHeaders {
  const { fields, identity } = headers.of({ subgraph, caller });
  const { deadlineHeader, responseHeaders } = options;
  const perCall = ['x-request-id', ...ownHeaders, ...(deadlineHeader === false ? [] : [deadlineHeader])];
  const back = responseHeaders.length > 0 ? JSON.stringify(responseHeaders) : '';
  return { fields, identity, back, perCall, fromClient: headers.fromClient(subgraph) };
}

function keepingOf({ headers, status }: Answer): Omit<ResponseKeeping, 'back'> {
  return {
    cacheControl: joinedValue(headers['cache-control']),
    age: joinedValue(headers.age),
    vary: joinedValue(headers.vary),
    status,
  };
}

function joinedValue(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value.join(', ') : value) ?? null;
}

/** The upstream gave every error a code as it read it. */
function codeOfFirst({ errors }: SubgraphResult): string | null {
  const [first] = errors ?? [];
  return first === undefined ? null : String((first as { extensions: { code: unknown } }).extensions.code);
}
