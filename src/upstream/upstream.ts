/**
 * Upstream: the way to the subgraphs. It owns the connections (a pool per subgraph), the time and size a call may take, and the
 * headers that travel on. It outlives generations: a publish changes neither pools nor what they learned.
 *
 *     const result = await upstream.call({ subgraph: 'countries', url, kind: 'query', body, caller });
 *
 * Queries on their way that are the same to the last header share one call (`base/joinFlights.ts`); each reads its own copy of the answer.
 *
 * It rejects with SUBGRAPH_* errors whose messages name the subgraph and nothing else of it; redirects are never followed.
 */
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { createJoinFlights } from '../base/joinFlights.ts';
import { durationBetween, sizeBetween } from '../base/quantity.ts';
import type { TraceCall } from '../model/requestTrace.ts';
import type { Caller, CallSubgraph, SubgraphCall, SubgraphResult } from '../model/subgraphCall.ts';
import { CallNote } from './callNote.ts';
import { compileHeaderRules, headerRules } from './headerRules.ts';
import { type ConnectionCounts, createPools } from './pools.ts';
import { type ReadableResponse, readableResponse } from './readableResponse.ts';
import { readResult } from './readResult.ts';
import { tryOverHttp } from './tryOverHttp.ts';

export const upstreamOptions = z.strictObject({
  timeout: durationBetween('10ms', '1h')
    .prefault('10s')
    .describe('How long one call may take, from waiting for a connection to the last byte.'),
  connectTimeout: durationBetween('10ms', '5m')
    .prefault('1s')
    .describe('How long opening a connection may take; subgraphs are near.'),
  connections: z
    .int()
    .min(1)
    .max(4096)
    .default(64)
    .describe(
      'Most connections per subgraph; more calls wait, so that one slow subgraph cannot take all sockets.',
    ),
  maxResponse: sizeBetween('1KB', '1GB')
    .prefault('16MB')
    .describe('Largest answer that is read; bounds the memory of one call.'),
  maxValues: z
    .int()
    .min(1000)
    .max(100_000_000)
    .default(2_000_000)
    .describe(
      'Most objects, lists and members of them in an answer: an object of three characters takes sixty bytes of memory once it is read.',
    ),
  join: z
    .boolean()
    .default(true)
    .describe(
      'Whether queries that are the same in all a subgraph receives share one call while it is on its way.',
    ),
  headers: headerRules
    .default([])
    .describe(
      "Which headers subgraphs receive, rule by rule in this order; nothing of the client's travels on without one.",
    ),
  errorExtensions: z
    .array(z.string().min(1))
    .default([])
    .describe("Names in a subgraph error's extensions that clients may see besides its code."),
  subgraphs: z
    .record(z.string(), z.strictObject({ headers: headerRules.default([]) }))
    .default({})
    .describe('Rules for one subgraph, applied after those for all.'),
});

export type UpstreamOptions = z.output<typeof upstreamOptions>;

export interface Upstream {
  readonly call: CallSubgraph;
  /**
   * All that calls for this caller send besides what an operation asks, and which mutations came before: while the texts are equal, so are
   * the answers. Null where nothing is to be joined.
   */
  identityOf(caller: Caller): string | null;
  /** New rules and limits for calls that begin from now on. */
  reconfigure(options: UpstreamOptions): void;
  /** How busy the connections to each subgraph are. */
  connections(): readonly ConnectionCounts[];
  /** Closes connections of subgraphs that are not in use any more; `urls` are those that are. */
  keepOnly(urls: readonly string[]): void;
  close(): Promise<void>;
}

export interface UpstreamParts {
  readonly clock: Clock;
  /** Header fields that only we send: a client's are not passed on, whatever the rules say. */
  readonly ownHeaders?: readonly string[];
}

export function createUpstream(
  initial: UpstreamOptions,
  { clock, ownHeaders = [] }: UpstreamParts,
): Upstream {
  const pools = createPools(poolOptions(initial));
  const flights = createJoinFlights<ReadableResponse>();
  /** Mutations so far, by subgraph: what is read after one does not join what was on its way before it. */
  const mutations = new Map<string, number>();
  let options = initial;
  let mutationCount = 0;
  let headers = compileHeaderRules(initial, ownHeaders);

  function send(call: SubgraphCall, { note, trace }: Noted): Promise<ReadableResponse> {
    const { timeout: timeoutMs, maxResponse: maxBytes, maxValues } = options;
    const target = pools.targetFor(call.subgraph, call.url);
    const { fields, identity } = headers.of(call);
    const start = async (signal: AbortSignal) => {
      note.joined = false;
      // Neither is a part of what the call is known by: who joins it goes on under the first one's.
      const sent = { ...fields, 'x-request-id': call.caller.requestId, ...trace?.headers };
      const parts = { target, headers: sent, timeoutMs, maxBytes, clock, signal };
      const response = await tryOverHttp(call, parts);
      note.bytes = response.body.length;
      return readableResponse(response, { subgraph: call.subgraph, maxBytes, maxValues });
    };
    if (call.kind !== 'query' || !options.join) return start(call.caller.signal);
    // A line each, the body last: nothing in one part can be taken for another.
    const key = `${call.supergraphHash} ${mutations.get(call.subgraph)} ${call.url}\n${identity}\n${call.body}`;
    note.joined = true;
    return flights.join(key, call.caller, start);
  }

  return {
    async call(call) {
      const startedMs = clock.monotonicMs();
      const note = new CallNote(call.subgraph, startedMs);
      const trace = call.caller.notes?.trace?.beginCall(call);
      try {
        const { errorExtensions: extensions } = options;
        const result = await readResult(await send(call, { note, trace }), {
          subgraph: call.subgraph,
          extensions,
        });
        note.code = codeOfFirst(result);
        return result;
      } catch (failure) {
        // What is given up because its client has left is no fault of the subgraph.
        if (!call.caller.signal.aborted) note.code = SluiceError.from(failure).code;
        throw failure;
      } finally {
        note.ms = clock.monotonicMs() - startedMs;
        call.caller.notes?.noteCall(note);
        trace?.end(note);
        if (call.kind === 'mutation') {
          mutations.set(call.subgraph, (mutations.get(call.subgraph) ?? 0) + 1);
          mutationCount += 1;
        }
      }
    },
    identityOf: (caller) => (options.join ? `${mutationCount} ${headers.identityOf(caller)}` : null),
    reconfigure(next) {
      headers = compileHeaderRules(next, ownHeaders);
      pools.reconfigure(poolOptions(next));
      options = next;
    },
    keepOnly: pools.keepOnly,
    connections: pools.connections,
    close: pools.close,
  };
}

interface Noted {
  readonly note: CallNote;
  readonly trace: TraceCall | undefined;
}

function poolOptions({ connectTimeout, connections }: UpstreamOptions) {
  return { connectTimeoutMs: connectTimeout, connections };
}

/** The upstream gave every error a code as it read it. */
function codeOfFirst({ errors }: SubgraphResult): string | null {
  const [first] = errors ?? [];
  return first === undefined ? null : String((first as { extensions: { code: unknown } }).extensions.code);
}
