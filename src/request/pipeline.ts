/**
 * A request's way through the gateway, in order. Read this file first.
 *
 * Five steps; each takes what the one before returned. A refusal is thrown, costs nothing of the later steps, and still ends in
 * `record`. The doors (src/server) say when each step runs; who holds what a step needs is wired in src/gateway.ts.
 */

import { tellWithheld } from '../authorization/authorization.ts';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { EngineResult } from '../execution/execution.ts';
import type { Arrival, ResultMediaType } from '../model/arrival.ts';
import type { DecisionNotes } from '../model/decision.ts';
import type { CacheFact, ClientCaching } from '../model/fetchCache.ts';
import type { Operation, OperationRequest } from '../model/operation.ts';
import type { Outcome } from '../model/outcome.ts';
import type { RequestTrace } from '../model/requestTrace.ts';
import type { Session } from '../model/session.ts';
import { admitArrival } from './admitArrival.ts';
import { admitRouted } from './admitRouted.ts';
import type { BusiestOperations } from './busiestOperations.ts';
import { callerOf } from './callerOf.ts';
import { checkBatch } from './checkBatch.ts';
import { chooseOperation, variablesFault } from './chooseOperation.ts';
import { clientCaching } from './clientCaching.ts';
import type { Documents } from './documents.ts';
import type { Generation, Generations, Pin } from './generations.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { mayShow } from './mayShow.ts';
import { type OperationEnding, tellEnding } from './operationEnding.ts';
import type { OperationNotes } from './operationNotes.ts';
import type { DocumentOutcome } from './parseDocument.ts';
import type { Beside, PluginWalk } from './pluginWalk.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import type { NameRule } from './refuseBy.ts';
import { toldFetch } from './tellCached.ts';
import { tellErrors } from './tellErrors.ts';
import { typedVariables } from './typedVariables.ts';

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

/** One thing asked, its variables typed, with its document or why it has none. */
export interface Asked {
  readonly request: OperationRequest;
  readonly outcome: DocumentOutcome;
  /** What is wrong with its variables, where that is known already. */
  readonly fault: Refusal | null;
  readonly notes: OperationNotes;
}

/** One operation that may run. */
export interface Prepared extends Identified {
  /** As it was asked. */
  readonly operation: Operation;
  /** What of it this session may see; all of it, as a rule. */
  readonly permitted: Operation;
  readonly ending: OperationEnding;
  readonly notes: OperationNotes;
}

/** What the client gets of an engine's result. */
export interface Result extends Pick<EngineResult, 'data' | 'errors'> {
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Null where nothing is said of keeping it. */
  readonly caching: ClientCaching | null;
}

export interface Pipeline {
  open(arrival: Arrival): Ledger;
  admit(arrival: Arrival, ledger: Ledger): Promise<Admitted>;
  identify(admitted: Admitted): Promise<Identified>;
  prepare(identified: Identified, asked: Asked, beside: Beside | null): Promise<Prepared | Refusal>;
  answer(prepared: Prepared): Promise<Result>;
  record(ledger: Ledger, response: Outcome['response']): void;
}

export interface PipelineParts {
  readonly identity: { identify(arrival: Arrival, notes: DecisionNotes): Session | Promise<Session> };
  readonly generations: Generations;
  readonly documents: Documents;
  /** Read anew at each moment, as the options are, so that both can change while requests run. */
  readonly plugins: { readonly walk: PluginWalk };
  readonly busiest: Pick<BusiestOperations, 'count'>;
  readonly recorder: { record(outcome: Outcome): void };
  /** Told of each request when it has come; gives its trace, if there is one. */
  readonly onOpen?: (arrival: Arrival) => RequestTrace | null;
  readonly clock: Clock;
  readonly options: {
    readonly maxBatch: number;
    readonly suggestions: boolean;
    /** Who holds it may see plans. */
    readonly debugScope: string;
  };
  /** Names the rule that refused to who asks; in dev only. */
  readonly nameRule?: NameRule;
}

export function createPipeline(parts: PipelineParts): Pipeline {
  return {
    open: (arrival) => open(arrival, parts),
    admit: (arrival, ledger) => admit(arrival, ledger, parts),
    identify: (admitted) => identify(admitted, parts),
    prepare: (identified, asked, beside) => prepare(identified, asked, beside, parts),
    answer: (prepared) => answer(prepared, parts),
    record: (ledger, response) => record(ledger, response, parts),
  };
}

function open(arrival: Arrival, parts: PipelineParts): Ledger {
  const { onOpen } = parts;
  const ledger = openLedger(arrival, parts);
  if (onOpen) ledger.trace = onOpen(arrival);
  return ledger;
}

/** 1. Before the body is read: is this a request we can answer at all, and may it come in? */
async function admit(arrival: Arrival, ledger: Ledger, { plugins, clock }: PipelineParts): Promise<Admitted> {
  const step = ledger.trace?.begin('admit');
  try {
    const mediaType = arrival.route ? admitRouted(arrival, arrival.route) : admitArrival(arrival);
    const waiting = plugins.walk.admit?.(ledger);
    if (waiting) await waiting;
    return { arrival, mediaType, ledger };
  } finally {
    ledger.stepMs.admit = clock.monotonicMs() - arrival.arrivedAtMs;
    step?.end();
  }
}

/** 2. Who is calling, and may they? Only then is the body read, and the documents in it made ready. */
async function identify(admitted: Admitted, parts: PipelineParts): Promise<Identified> {
  const { identity, plugins, documents, clock, options } = parts;
  const { arrival, ledger } = admitted;
  const startedMs = clock.monotonicMs();
  const step = ledger.trace?.begin('identify');
  try {
    const session = await identity.identify(arrival, ledger);
    ledger.session = session;
    const waiting = plugins.walk.identified?.(ledger, session);
    if (waiting) await waiting;
    const sent = await arrival.readAsked();
    const batched = Array.isArray(sent);
    const requests = batched ? checkBatch(sent, options.maxBatch) : [sent as OperationRequest];
    if (batched) await plugins.walk.batch?.(ledger, session, requests.length);
    const { generation } = pinGeneration(parts.generations, ledger);
    const asked = await Promise.all(
      requests.map(async (request) => {
        const notes = ledger.openOperation();
        const outcome = await documents.prepare(request, generation, { session, notes: ledger });
        return { notes, outcome, ...typedVariables(request, outcome, generation.schema) };
      }),
    );
    return { ...admitted, session, generation, asked, batched };
  } finally {
    ledger.stepMs.identify = clock.monotonicMs() - startedMs;
    step?.end();
  }
}

/** 3. Which operation is it, do its variables fit, what of it may this session see, and may it run? */
async function prepare(
  identified: Identified,
  { request, outcome, fault: earlier, notes }: Asked,
  beside: Beside | null,
  { plugins, clock, options }: PipelineParts,
): Promise<Prepared | Refusal> {
  const { arrival, session, generation, ledger } = identified;
  const startedMs = clock.monotonicMs();
  const step = ledger.trace?.begin('prepare');
  try {
    for (const setting of outcome.wouldRefuse) ledger.noteWouldRefuse(setting);
    if (outcome.refusal) return notes.refused(outcome.refusal);
    const operation = chooseOperation(request, outcome.document, arrival.method);
    notes.operation = operation;
    ledger.operations.push(operation);
    const { schema, rules, permits } = generation;
    const fault = earlier ?? variablesFault(operation, schema, options);
    if (fault) return notes.refused(fault);
    // Before the plugins: nobody is charged for what they may not see.
    const permitting = permits.permit(operation, identified);
    const permitted = permitting instanceof Promise ? await permitting : permitting;
    if (permitted !== operation)
      notes.decided('authorization', { operation: permitted, schema }, tellWithheld);
    const moment = { session, operation: permitted, schema, rules, notes };
    const asking = plugins.walk.operation?.([ledger, moment], beside) ?? [];
    const settles = asking instanceof Promise ? await asking : asking;
    const ending: OperationEnding = { notes, settles, executed: false, result: null };
    ledger.endings.push(ending);
    return { ...identified, operation, permitted, ending, notes };
  } catch (thrown) {
    return notes.refused(refusalOf(thrown));
  } finally {
    ledger.stepMs.prepare += clock.monotonicMs() - startedMs;
    step?.end();
  }
}

/** 4. Answer, by running the operation's plan. */
async function answer(prepared: Prepared, { busiest, clock, options }: PipelineParts): Promise<Result> {
  const { arrival, generation, operation, permitted, ledger, ending, notes } = prepared;
  const startedMs = clock.monotonicMs();
  notes.trace = ledger.trace?.begin('answer') ?? null;
  try {
    ending.executed = true; // Also for a client that leaves meanwhile: the work is done for it.
    const result = await generation.engine.execute(permitted, callerOf(prepared));
    notes.executed = true;
    if (result.errors) {
      for (const error of result.errors) notes.note(error.extensions.code);
      notes.decided('answer', result.errors, tellErrors);
    }
    if (result.afterwards) ledger.afterwards.push(result.afterwards);
    // Only what could be planned is worth to be warm: of an operation that was filtered, the whole was not.
    if (permitted === operation) busiest.count(operation);
    ending.result = result;
    notes.noteCached(result.cacheFacts);
    return {
      ...result,
      caching: clientCaching(result, prepared.session),
      ...shownBeside(result, prepared, options),
    };
  } catch (thrown) {
    ending.executed = arrival.signal.aborted;
    throw thrown;
  } finally {
    ledger.stepMs.answer += clock.monotonicMs() - startedMs;
    notes.trace?.end();
  }
}

/** 5. Whatever happened, write it down; once, when the response is finished or its client has gone. */
function record(ledger: Ledger, response: Outcome['response'], { recorder, clock }: PipelineParts): void {
  ledger.pin?.release();
  const totalMs = clock.monotonicMs() - ledger.arrival.arrivedAtMs;
  try {
    for (const ending of ledger.endings) tellEnding(ending);
  } finally {
    try {
      recorder.record({ ...ledger.facts(), response, totalMs });
    } finally {
      for (const run of ledger.afterwards) run();
    }
  }
}

/** What stands beside the data: what stood in for subgraphs, and for those who may see it how it was answered. */
function shownBeside(
  { how, cacheFacts, degraded: replaced = [] }: EngineResult,
  { arrival, session }: Prepared,
  { debugScope }: PipelineParts['options'],
): Pick<Result, 'extensions'> {
  const shown: Record<string, unknown> = {};
  const outlived = cacheFacts?.filter(({ stale }) => stale > 0) ?? [];
  const degraded = [...replaced, ...outlived.map(tellDegraded)];
  if (degraded.length > 0) shown.degraded = degraded;
  if (how !== undefined && mayShow('plan', arrival.headers, session, debugScope)) shown.plan = how.planText;
  if (cacheFacts && mayShow('cache', arrival.headers, session, debugScope))
    shown.cache = cacheFacts.map(toldFetch);
  return Object.keys(shown).length > 0 ? { extensions: shown } : {};
}

function tellDegraded({ subgraph, types, ageMs }: CacheFact) {
  return { subgraph, types, ageSeconds: Math.ceil(ageMs / 1000) };
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
