import type { IncomingHttpHeaders } from 'node:http';
import type { OperationDefinitionNode } from 'graphql';
import type { DecisionNotes } from './decision.ts';
import type { HeaderBack } from './headerBack.ts';
import type { TraceStep } from './requestTrace.ts';
import type { Session } from './session.ts';
import type { Protocol, Translation } from './translation.ts';

/** Who waits for an answer: what travels on to subgraphs, and how to learn that nobody waits any more. */
export interface Caller {
  readonly requestId: string;
  /** The client's headers; rules decide which of them travel on. */
  readonly headers: IncomingHttpHeaders;
  /** Whose claims rules may send along. */
  readonly session: Session;
  readonly signal: AbortSignal;
  /** Header fields that its calls do not send, whatever the rules say; in small letters. */
  readonly withoutHeaders?: ReadonlySet<string> | undefined;
  /** By when it has to be answered, in monotonic milliseconds; absent where it may take as long as it likes. */
  readonly deadlineMs?: number | undefined;
  /** Takes down what is done for it; absent where nobody counts that. */
  readonly notes?: CallNotes | undefined;
}

/** Takes down what is done for a caller, as it ends. */
export interface CallNotes extends DecisionNotes {
  /** What calls for it are a part of; null where nobody collects traces. */
  readonly trace?: TraceStep | null;
  noteCall(fact: CallFact): void;
  /** Headers of an answer that go back to the client. */
  noteHeaders?(headers: readonly HeaderBack[]): void;
  /** Something stood in for what the call to this subgraph that failed was to bring. */
  noteFallback?(subgraph: string): void;
  /** The same was being asked by somebody else, whose run answers this caller too. */
  noteJoinedRun(): void;
}

/** How a call to a subgraph went, for one of those who waited for it. */
export interface CallFact {
  readonly subgraph: string;
  /** How it was spoken to. */
  readonly protocol: Protocol;
  /** When it was asked for; monotonic milliseconds. */
  readonly startedAtMs: number;
  /** From when it was asked for until its answer was read. */
  readonly ms: number;
  /** Of the answer's body, as it came; 0 for a call that was joined. */
  readonly bytes: number;
  /** Why it failed, or else the code of the first error in its result; null when all went well, or nobody waited any more. */
  readonly code: string | null;
  /** It was made for somebody else, for whom it counts as a call. */
  readonly joined: boolean;
  /** The instance that was tried last, by its host and port; null when none was, or others tried for this caller. */
  readonly instance: string | null;
  /** How often it was sent; more than once when it was tried again, 0 when it was not sent. */
  readonly tries: number;
  /** How the subgraph's breaker stood when the call came to it; null when it did not. */
  readonly breaker: BreakerState | null;
  /** Why the subgraph is to blame, or was not asked; null when it answered well, or nobody waited any more. */
  readonly cause: CallCause | null;
  /** Whether it failed and something stood in for what it was to bring. */
  readonly replaced: boolean;
  /** The operation it sent, read; the same object each time. Absent where only its text is known. */
  readonly definition?: AskedOperation['definition'] | undefined;
}

/** `ramp` follows `halfOpen`: more and more calls are let through. */
export type BreakerState = 'closed' | 'open' | 'halfOpen' | 'ramp';

/** What went wrong on the way to a subgraph: connecting, a broken connection, no answer in time, a 5xx status, an answer that is none. */
export type CallFault = 'connect' | 'reset' | 'timeout' | 'status' | 'malformed';

/** A fault, or why no call was made: the breaker is open, or too many calls are on their way. */
export type CallCause = CallFault | 'open' | 'overloaded';

/** The logical request of one plan step to one subgraph; the upstream may need several tries for it. */
export interface SubgraphCall {
  readonly subgraph: string;
  readonly url: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** The GraphQL request as JSON text. */
  readonly body: string;
  /** What the body says, for those who have no use for its text; absent where only the text is known. */
  readonly asked?: AskedOperation | undefined;
  /** How the subgraph is asked for it where it is no GraphQL server. */
  readonly translation?: Translation | undefined;
  readonly caller: Caller;
  /** Hash of the supergraph it was planned for: calls of different ones are never taken for the same. */
  readonly supergraphHash: string;
}

/** An operation for a subgraph, read already; its definition is the same object each time. */
export interface AskedOperation {
  /** The text it is about. */
  readonly body: string;
  definition(): OperationDefinitionNode;
  variables(): Readonly<Record<string, unknown>>;
}

/** A subgraph's answer, parsed; its shape below `data` is not checked yet. */
export interface SubgraphResult {
  readonly data: unknown;
  readonly errors: readonly unknown[] | null;
  readonly extensions: unknown;
  /** What its response's head says of keeping it; absent where there was none. */
  readonly keeping?: ResponseKeeping | undefined;
  /** What it was read from; absent or null where nothing is left of that. */
  readonly source?: ResultSource | null | undefined;
}

/** An answer as it came: it may be read again later, by whoever wants a result of their own. */
export interface ResultSource {
  /** What it takes as long as it is held. */
  readonly heldBytes: number;
  read(): SubgraphResult;
}

/** Header fields of a subgraph's response, as they came; null for those it lacks. */
export interface ResponseKeeping {
  readonly cacheControl: string | null;
  readonly age: string | null;
  readonly vary: string | null;
  readonly status: number;
  /** Those that go back to the client. */
  readonly back: readonly HeaderBack[];
}

/** What the calls for a caller send to a subgraph. */
export interface SentHeaders {
  readonly fields: Readonly<Record<string, string | string[]>>;
  /** The fields as one text: calls whose texts are equal send the same. */
  readonly identity: string;
  /** The rules for headers that go back to the client, as one text; empty for none. */
  readonly back: string;
  /** Names of what is sent besides and differs from call to call, whoever calls. */
  readonly perCall: readonly string[];
  /** Names of the client's own headers that rules may send on, or `*` where what a session claims is sent. */
  readonly fromClient: readonly string[];
}

/**
 * Rejects with SUBGRAPH_UNREACHABLE, SUBGRAPH_TIMEOUT, SUBGRAPH_MALFORMED_RESPONSE, SUBGRAPH_RESPONSE_TOO_LARGE, SUBGRAPH_OVERLOADED
 * or CIRCUIT_OPEN.
 */
export type CallSubgraph = (call: SubgraphCall) => Promise<SubgraphResult>;
