import { type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { sha256 } from '../../src/base/sha256.ts';
import type { Operation } from '../../src/model/operation.ts';
import type { OperationOutcome } from '../../src/model/operationOutcome.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Session } from '../../src/model/session.ts';
import { anonymous } from './anonymous.ts';

/** An operation as it comes out of a prepared document. */
export function operationOf(text: string, variables: Record<string, unknown> = {}): Operation {
  const document = parse(text, { noLocation: true });
  const definition = getOperationAST(document, null);
  if (!definition) throw new Error('Not one operation');
  return {
    document: { text, sentText: text, hash: sha256(text), document },
    definition,
    name: definition.name?.value ?? null,
    kind: definition.operation,
    variables,
  };
}

export function sessionOf(consumer: string, plan: string | null = null): Session {
  return { ...anonymous, identified: true, consumer, plan };
}

/** What can be said of one thing asked; the rest is as after an answer without errors. */
export interface AskedFacts extends Partial<Omit<OperationOutcome, 'operation'>> {
  readonly operation: Operation | null;
}

export function askedOf(facts: AskedFacts): OperationOutcome {
  return {
    executed: true,
    result: 'data',
    codes: [],
    calls: [],
    joined: false,
    cacheHits: null,
    cacheMisses: null,
    cacheStale: null,
    cost: { estimated: null, measured: null },
    onLateCall: () => undefined,
    ...facts,
  };
}

interface OutcomeFacts {
  readonly asked: readonly OperationOutcome[];
  readonly schema: GraphQLSchema | null;
  readonly session?: Session | null;
  readonly client?: string | null;
  readonly version?: string | null;
  readonly totalMs?: number;
  readonly status?: number;
  readonly bytes?: number;
  readonly finished?: boolean;
  readonly generation?: number;
  readonly codes?: readonly string[];
  readonly decisions?: Outcome['decisions'];
  readonly requestId?: string;
  readonly address?: string;
}

/** The outcome of a request, as step 5 of the pipeline has it. */
export function outcomeOf(facts: OutcomeFacts): Outcome {
  const { asked, client = null, version = null, codes } = facts;
  return {
    arrival: {
      requestId: facts.requestId ?? 'request-1',
      arrivedAtMs: 0,
      method: 'POST',
      search: '',
      headers: {},
      address: facts.address ?? '127.0.0.1',
      proxy: null,
      client: { name: client, version },
      signal: new AbortController().signal,
      readAsked: () => Promise.reject(new Error('It was read')),
    },
    session: facts.session === undefined ? anonymous : facts.session,
    operations: asked.flatMap(({ operation }) => operation ?? []),
    asked,
    schema: facts.schema,
    supergraph: { version: facts.generation ?? 1, hash: 'a'.repeat(64) },
    codes: codes ?? asked.flatMap((each) => each.codes),
    refusedBy: [],
    trace: null,
    wouldRefuse: [],
    decisions: facts.decisions ?? [],
    reason: null,
    stepMs: { admit: 1, identify: 2, prepare: 3, answer: 4 },
    totalMs: facts.totalMs ?? 10,
    response: { status: facts.status ?? 200, bytes: facts.bytes ?? 0, finished: facts.finished ?? true },
  };
}
