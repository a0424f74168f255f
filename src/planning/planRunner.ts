import { Worker } from 'node:worker_threads';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { siblingModule } from '../base/siblingModule.ts';
import { heapLimits, watchHeap } from '../base/watchHeap.ts';
import type { PlanCommand, PlanReply } from './planCommand.ts';
import type { PlannedSupergraph, PlanRequest, QueryPlan, SupergraphFacts } from './queryPlan.ts';

/** Supergraphs whose planners the worker keeps: the one served and the one before it. */
const keptSupergraphs = 2;

/** How much of a document's time is Apollo's; the rest is for a plain plan. */
const apolloShare = 0.75;

export interface PlanRunnerOptions {
  /** Milliseconds for one document. */
  readonly timeout: number;
  /** Milliseconds for the planner of a new supergraph. */
  readonly buildTimeout: number;
  /** Heap of the worker in bytes. */
  readonly memory: number;
  /** Bytes of a plan's JSON. */
  readonly maxPlanSize: number;
}

/** For the log, and to know such a failure by. */
const outOfMemory = 'The planning thread was ended because of its memory';

interface PlanWorker {
  readonly thread: Worker;
  /** What it has planners for, least recently used first. */
  readonly loaded: Set<string>;
}

/** One step at a time: the caller waits for the outcome before it asks for the next. */
export interface PlanRunner {
  has(supergraphHash: string): boolean;
  /** Has the planner of this supergraph built, unless it is there. */
  load(supergraph: PlannedSupergraph): Promise<void>;
  /** The planner has been loaded. When `stop` aborts, the thread is ended and the reason thrown. */
  plan(request: PlanRequest, stop: AbortSignal): Promise<QueryPlan>;
  close(): Promise<void>;
}

export interface PlanRunnerParts {
  readonly clock: Clock;
  readonly onLoaded: (supergraphHash: string, facts: SupergraphFacts) => void;
}

/** Owns the worker: starts it when it is needed, gives each step its deadline, replaces it when it overran or fell over. */
export function createPlanRunner(
  options: PlanRunnerOptions,
  { clock, onLoaded }: PlanRunnerParts,
): PlanRunner {
  let current: PlanWorker | null = null;

  function start(): PlanWorker {
    const thread = new Worker(siblingModule(import.meta.url, 'planWorker'), {
      resourceLimits: heapLimits(options.memory),
    });
    thread.unref();
    const worker: PlanWorker = { thread, loaded: new Set() };
    const forget = (): void => {
      if (current === worker) current = null;
    };
    // Also while nothing is asked of it: an error event without a listener would end the process.
    thread.on('error', forget).on('exit', forget);
    return worker;
  }

  /** A worker that does not answer within its bounds is ended; its exit makes the next step start another. */
  async function ask(worker: PlanWorker, command: PlanCommand, bounds: Bounds): Promise<PlanReply> {
    const { thread } = worker;
    thread.ref();
    try {
      return await replyOf(thread, command, { ...bounds, maxBytes: options.memory, clock });
    } catch (failure) {
      await thread.terminate();
      throw failure;
    } finally {
      thread.unref();
    }
  }

  function makeRoom(worker: PlanWorker): void {
    for (const old of worker.loaded) {
      if (worker.loaded.size < keptSupergraphs) break;
      worker.loaded.delete(old);
      worker.thread.postMessage({ kind: 'forget', supergraphHash: old } satisfies PlanCommand);
    }
  }

  async function load({ supergraphHash, supergraphSdl }: PlannedSupergraph): Promise<void> {
    current ??= start();
    const worker = current;
    if (!worker.loaded.delete(supergraphHash)) {
      makeRoom(worker);
      const command: PlanCommand = { kind: 'load', supergraphHash, supergraphSdl };
      const reply = await ask(worker, command, { timeoutMs: options.buildTimeout });
      onLoaded(supergraphHash, expected(reply, 'loaded').facts);
    }
    worker.loaded.add(supergraphHash);
  }

  /** It was Apollo's planner that took the memory, for time is watched within the thread: a plain plan takes little. */
  async function planAgain(
    request: PlanRequest,
    stop: AbortSignal,
    failure: SluiceError,
  ): Promise<QueryPlan> {
    stop.throwIfAborted();
    await load(request);
    stop.throwIfAborted();
    try {
      return await plan({ ...request, by: 'plain' }, stop);
    } catch (again) {
      throw isOverrun(again) ? failure : again;
    }
  }

  async function plan(request: PlanRequest, stop: AbortSignal): Promise<QueryPlan> {
    const worker = current;
    // It may have ended since it was asked to load.
    if (!worker?.loaded.has(request.supergraphHash)) throw ended();
    const command = planCommand(request, options);
    let reply: PlanReply;
    try {
      reply = await ask(worker, command, { timeoutMs: options.timeout, stop });
    } catch (failure) {
      if (request.by === 'plain' || !isOverrun(failure) || failure.detail !== outOfMemory) throw failure;
      return await planAgain(request, stop, failure);
    }
    if (reply.kind === 'unplanned') {
      await worker.thread.terminate();
      throw overran(command, `${options.timeout} ms`);
    }
    const { planJson, text, by, isWorn } = expected(reply, 'planned');
    if (isWorn) await worker.thread.terminate();
    return { plan: JSON.parse(planJson), text, by };
  }

  return {
    has: (supergraphHash) => current?.loaded.has(supergraphHash) ?? false,
    load,
    plan,
    async close() {
      await current?.thread.terminate();
      current = null;
    },
  };
}

function planCommand(request: PlanRequest, { timeout, maxPlanSize }: PlanRunnerOptions): PlanCommand {
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

interface Bounds {
  readonly timeoutMs: number;
  readonly stop?: AbortSignal;
}

/** Sends one command and waits for its reply, for so long and for so much memory. */
async function replyOf(
  thread: Worker,
  command: PlanCommand,
  { timeoutMs, stop, maxBytes, clock }: Bounds & { maxBytes: number; clock: Clock },
): Promise<PlanReply> {
  const { promise, resolve, reject } = Promise.withResolvers<PlanReply>();
  const onError = (failure: Error): void => reject(fallen(command, failure, maxBytes));
  const onExit = (): void => reject(ended());
  const onStop = (): void => reject(stop?.reason);
  thread.on('message', resolve).on('error', onError).on('exit', onExit);
  stop?.addEventListener('abort', onStop, { once: true });
  const timer = clock.after(timeoutMs, () => reject(overran(command, `${timeoutMs} ms`)));
  const heap = watchHeap(thread, {
    clock,
    maxBytes,
    onExceeded: () => reject(tookTooMuch(command, maxBytes)),
  });
  thread.postMessage(command);
  try {
    return await promise;
  } finally {
    timer.cancel();
    heap.stop();
    stop?.removeEventListener('abort', onStop);
    thread.off('message', resolve).off('error', onError).off('exit', onExit);
  }
}

function ended(): SluiceError {
  return new SluiceError('DRAINING', 'Planning ended while this operation was planned.');
}

/** The reply of this kind; a refusal or a failure is thrown. */
function expected<Kind extends PlanReply['kind']>(
  reply: PlanReply,
  kind: Kind,
): Extract<PlanReply, { kind: Kind }> {
  if (isOfKind(reply, kind)) return reply;
  if (reply.kind === 'refused')
    throw new SluiceError(
      reply.code,
      reply.message,
      reply.locations.length > 0 ? { extensions: { locations: reply.locations } } : {},
    );
  const detail = reply.kind === 'failed' ? reply.detail : `The planning thread answered ${reply.kind}`;
  throw new SluiceError('INTERNAL_SERVER_ERROR', 'Internal server error', { detail });
}

function isOfKind<Kind extends PlanReply['kind']>(
  reply: PlanReply,
  kind: Kind,
): reply is Extract<PlanReply, { kind: Kind }> {
  return reply.kind === kind;
}

function isOverrun(failure: unknown): failure is SluiceError {
  return failure instanceof SluiceError && failure.code === 'QUERY_PLANNING_TIMEOUT';
}

/** The supergraph's name is no secret, the document is its author's: the message names neither. */
function overran(command: PlanCommand, bound: string, detail?: string): SluiceError {
  const work = command.kind === 'load' ? 'The planner of this supergraph was not built' : 'No plan was found';
  return new SluiceError(
    'QUERY_PLANNING_TIMEOUT',
    `${work} within ${bound}: ask for less in one operation, or in several.`,
    { detail },
  );
}

function tookTooMuch(command: PlanCommand, maxBytes: number): SluiceError {
  return overran(command, `${Math.round(maxBytes / 1024 ** 2)} MB of memory`, outOfMemory);
}

function fallen(command: PlanCommand, failure: Error, maxBytes: number): SluiceError {
  if ('code' in failure && failure.code === 'ERR_WORKER_OUT_OF_MEMORY') return tookTooMuch(command, maxBytes);
  return SluiceError.from(failure);
}
