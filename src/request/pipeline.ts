/**
 * A request's way through the gateway, in order. Read this file first.
 *
 * Five steps; each takes what the one before returned. A refusal is thrown, costs nothing of the later steps, and still ends in
 * `record`. The doors (src/server) say when each step runs; who holds what a step needs is wired in src/gateway.ts.
 */
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { EngineResult } from '../execution/execution.ts';
import type { Arrival, ResultMediaType } from '../model/arrival.ts';
import type { Operation, OperationRequest } from '../model/operation.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Session } from '../model/session.ts';
import { admitArrival } from './admitArrival.ts';
import type { BusiestOperations } from './busiestOperations.ts';
import { chooseOperation, variablesFault } from './chooseOperation.ts';
import type { Documents } from './documents.ts';
import type { Generation, Generations, Pin } from './generations.ts';
import type { Ledger } from './ledger.ts';
import { mayShowPlan } from './mayShowPlan.ts';
import type { DocumentOutcome } from './parseDocument.ts';
import { type Refusal, refusalOf } from './refusal.ts';

/** Let in: how the answer has to be written is known, nothing of the body is. */
export interface Admitted {
  readonly arrival: Arrival;
  readonly mediaType: ResultMediaType;
  readonly ledger: Ledger;
}

/** The caller is known, and so is what they ask. */
export interface Identified extends Admitted {
  readonly session: Session;
  /** The supergraph this request is answered by, whatever is published meanwhile. */
  readonly generation: Generation;
  /** One, or the items of a batch. */
  readonly asked: readonly Asked[];
  readonly batched: boolean;
}

/** One thing asked, with its document or why it has none. */
export interface Asked {
  readonly request: OperationRequest;
  readonly outcome: DocumentOutcome;
}

/** One operation that may run. */
export interface Prepared extends Identified {
  /** As it was asked. */
  readonly operation: Operation;
  /** What of it this session may see; all of it, as a rule. */
  readonly permitted: Operation;
}

/** What the client gets of an engine's result. */
export interface Result extends Pick<EngineResult, 'data' | 'errors'> {
  readonly extensions?: { readonly plan: string };
}

export interface Pipeline {
  admit(arrival: Arrival, ledger: Ledger): Admitted;
  identify(admitted: Admitted): Promise<Identified>;
  /** A promise only where a policy has to be waited for. */
  prepare(identified: Identified, asked: Asked): Prepared | Refusal | Promise<Prepared | Refusal>;
  answer(prepared: Prepared): Promise<Result>;
  record(ledger: Ledger, response: Outcome['response']): void;
}

export interface PipelineParts {
  readonly identity: { identify(arrival: Arrival): Promise<Session> };
  readonly generations: Generations;
  readonly documents: Documents;
  readonly busiest: Pick<BusiestOperations, 'count'>;
  readonly recorder: { record(outcome: Outcome): void };
  readonly clock: Clock;
  /** Read anew by each request, so that they can change while it runs. */
  readonly options: {
    readonly maxBatch: number;
    readonly suggestions: boolean;
    /** Who holds it may see plans. */
    readonly debugScope: string;
  };
}

export function createPipeline(parts: PipelineParts): Pipeline {
  const { identity, generations, documents, busiest, recorder, clock, options } = parts;
  return {
    // 1. Before the body is read: is this a request we can answer at all?
    admit(arrival, ledger) {
      try {
        return { arrival, mediaType: admitArrival(arrival), ledger };
      } finally {
        ledger.stepMs.admit = clock.monotonicMs() - arrival.arrivedAtMs;
      }
    },

    // 2. Who is calling? Only then is the body read, and the documents in it made ready.
    async identify(admitted) {
      const { arrival, ledger } = admitted;
      const startedMs = clock.monotonicMs();
      try {
        const session = await identity.identify(arrival);
        ledger.session = session;
        const sent = await arrival.readAsked();
        const requests = Array.isArray(sent)
          ? checkBatch(sent, options.maxBatch)
          : [sent as OperationRequest];
        const { generation } = pinGeneration(generations, ledger);
        const asked = await Promise.all(
          requests.map(async (request) => ({
            request,
            outcome: await documents.prepare(request, generation),
          })),
        );
        return { ...admitted, session, generation, asked, batched: Array.isArray(sent) };
      } finally {
        ledger.stepMs.identify = clock.monotonicMs() - startedMs;
      }
    },

    // 3. Which operation is it, do its variables fit, and what of it may this session see?
    prepare(identified, { request, outcome }) {
      const { arrival, generation, ledger } = identified;
      const startedMs = clock.monotonicMs();
      try {
        if (outcome.refusal) return ledger.refused(outcome.refusal);
        const operation = chooseOperation(request, outcome.document, arrival.method);
        ledger.operations.push(operation);
        const fault = variablesFault(operation, generation.schema, options);
        return fault ? ledger.refused(fault) : permit({ ...identified, operation }, clock);
      } catch (thrown) {
        return ledger.refused(refusalOf(thrown));
      } finally {
        ledger.stepMs.prepare += clock.monotonicMs() - startedMs;
      }
    },

    // 4. Answer, by running the operation's plan.
    async answer(prepared) {
      const { arrival, generation, operation, permitted, ledger } = prepared;
      const startedMs = clock.monotonicMs();
      try {
        const result = await generation.engine.execute(permitted, arrival);
        for (const error of result.errors ?? []) ledger.note(error.extensions.code);
        if (result.afterwards) ledger.afterwards.push(result.afterwards);
        busiest.count(operation); // Only what could be planned is worth to be warm.
        return withPlan(result, prepared, options);
      } finally {
        ledger.stepMs.answer += clock.monotonicMs() - startedMs;
      }
    },

    // 5. Whatever happened, write it down; once, when the response is finished or its client has gone.
    record(ledger, response) {
      ledger.pin?.release();
      recorder.record({
        ...ledger.facts(),
        response,
        totalMs: clock.monotonicMs() - ledger.arrival.arrivedAtMs,
      });
      for (const run of ledger.afterwards) run();
    },
  };
}

/** The end of step 3. A promise only where a policy has to be waited for. */
function permit(chosen: Omit<Prepared, 'permitted'>, clock: Clock): Prepared | Promise<Prepared | Refusal> {
  const { generation, operation } = chosen;
  const permitted = generation.permits.permit(operation, chosen);
  return permitted instanceof Promise ? permitLater(chosen, permitted, clock) : { ...chosen, permitted };
}

async function permitLater(
  chosen: Omit<Prepared, 'permitted'>,
  permitted: Promise<Operation>,
  clock: Clock,
): Promise<Prepared | Refusal> {
  const { ledger } = chosen;
  const startedMs = clock.monotonicMs();
  try {
    return { ...chosen, permitted: await permitted };
  } catch (thrown) {
    return ledger.refused(refusalOf(thrown));
  } finally {
    ledger.stepMs.prepare += clock.monotonicMs() - startedMs;
  }
}

/** The result, with its plan for those who may see it. */
function withPlan(
  result: EngineResult,
  { arrival, session }: Prepared,
  { debugScope }: PipelineParts['options'],
): Result {
  const { how } = result;
  const isShown = how !== undefined && mayShowPlan(arrival.headers, session, debugScope);
  return isShown ? { ...result, extensions: { plan: how.planText } } : result;
}

function checkBatch(batch: readonly OperationRequest[], maxBatch: number): readonly OperationRequest[] {
  if (maxBatch === 0) {
    throw new SluiceError(
      'BATCH_LIMIT_EXCEEDED',
      'The body is a list: batching is off here (server.batch.max); send one object.',
    );
  }
  if (batch.length === 0) throw new SluiceError('BAD_REQUEST', 'The batch holds no operation.');
  if (batch.length > maxBatch) {
    throw new SluiceError(
      'BATCH_LIMIT_EXCEEDED',
      `The batch holds ${batch.length} operations; allowed: ${maxBatch}.`,
    );
  }
  return batch;
}

function pinGeneration(generations: Generations, ledger: Ledger): Pin {
  const pin = generations.pin();
  if (!pin) {
    throw new SluiceError('DRAINING', 'The gateway has no supergraph to serve yet.', {
      headers: { 'retry-after': '1' },
    });
  }
  ledger.pin = pin;
  return pin;
}
