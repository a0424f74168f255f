import { expectedReply } from './expectedReply.ts';
import { isOutOfMemory, isOverrun, overran } from './overran.ts';
import type { PlanCommand, PlanReply } from './planCommand.ts';
import { createPlanThread, type PlanThreadOptions, type PlanThreadParts } from './planThread.ts';
import type { PlannedSupergraph, PlanRequest, QueryPlan } from './queryPlan.ts';

/** How much of a document's time is Apollo's; the rest is for a plain plan. */
const apolloShare = 0.75;

export interface PlanRunnerOptions extends PlanThreadOptions {
  /** Milliseconds for one document. */
  readonly timeout: number;
  /** Bytes of a plan's JSON. */
  readonly maxPlanSize: number;
}

export type PlanRunnerParts = PlanThreadParts;

/** One step at a time: the caller waits for the outcome before it asks for the next. */
export interface PlanRunner {
  has(supergraphHash: string): boolean;
  /** Has the planner of this supergraph built, unless it is there. */
  load(supergraph: PlannedSupergraph): Promise<void>;
  /** The planner has been loaded. When `stop` aborts, the thread is ended and the reason thrown. */
  plan(request: PlanRequest, stop: AbortSignal): Promise<QueryPlan>;
  close(): Promise<void>;
}

/** Gives each document its deadline; a thread that overran is replaced, and one that Apollo's planner was stopped in. */
export function createPlanRunner(options: PlanRunnerOptions, parts: PlanRunnerParts): PlanRunner {
  const thread = createPlanThread(options, parts);

  async function plan(request: PlanRequest, stop: AbortSignal): Promise<QueryPlan> {
    const command = planCommand(request, options);
    let reply: PlanReply;
    try {
      reply = await thread.ask(command, { timeoutMs: options.timeout, stop });
    } catch (failure) {
      if (request.by === 'plain' || !isOutOfMemory(failure)) throw failure;
      return await planAgain(request, { stop, failure });
    }
    if (reply.kind === 'unplanned') {
      await thread.end();
      throw overran(command, `${options.timeout} ms`);
    }
    const { planJson, text, by, isWorn } = expectedReply(reply, 'planned');
    if (isWorn) await thread.end();
    return { plan: JSON.parse(planJson), text, by };
  }

  /** It was Apollo's planner that took the memory, for time is watched within the thread: a plain plan takes little. */
  async function planAgain(
    request: PlanRequest,
    { stop, failure }: { readonly stop: AbortSignal; readonly failure: unknown },
  ): Promise<QueryPlan> {
    stop.throwIfAborted();
    await thread.load(request);
    stop.throwIfAborted();
    try {
      return await plan({ ...request, by: 'plain' }, stop);
    } catch (again) {
      throw isOverrun(again) ? failure : again;
    }
  }

  return { has: thread.has, load: thread.load, plan, close: thread.end };
}

function planCommand(
  request: PlanRequest,
  { timeout, maxPlanSize }: PlanRunnerOptions,
): Extract<PlanCommand, { kind: 'plan' }> {
  const { supergraphHash, document, operationName, overrides = new Map() } = request;
  const { validate = false, withText = false, by = 'best' } = request;
  return {
    kind: 'plan',
    supergraphHash,
    document,
    operationName,
    overrides,
    validate,
    withText,
    by,
    maxCharacters: maxPlanSize,
    apolloMs: Math.ceil(timeout * apolloShare),
  };
}
