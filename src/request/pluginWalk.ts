import type { GatewayPlugin, Settle } from '../model/gatewayPlugin.ts';
import type { CallSubgraph } from '../model/subgraphCall.ts';
import { asPluginRefusal } from './refusal.ts';

type ArgumentsOf<Name extends keyof GatewayPlugin> = Parameters<NonNullable<GatewayPlugin[Name]>>;
/** What a plugin does at one moment, or all of them in order. */
type Moment<Args extends unknown[], Result = void> = (...args: Args) => Result | Promise<Result>;

/** Something more to do in a plugin's place: the hook of Apollo Server that stands for the same moment. */
export type Beside = (plugin: GatewayPlugin) => Promise<void> | undefined;

/** All plugins in order, a function a moment; null where no plugin has the moment, so that nothing is called. */
export interface PluginWalk {
  readonly admit: Moment<ArgumentsOf<'admit'>> | null;
  readonly identified: Moment<ArgumentsOf<'identified'>> | null;
  readonly batch: Moment<ArgumentsOf<'batch'>> | null;
  readonly document: ((...args: ArgumentsOf<'document'>) => void) | null;
  /** Gives whom to tell how it ended; when one refuses, those before it are told at once. */
  readonly operation: Moment<
    [args: ArgumentsOf<'operation'>, beside: Beside | null],
    readonly Settle[]
  > | null;
}

export function createPluginWalk(plugins: readonly GatewayPlugin[]): PluginWalk {
  const [admits, identifieds, batches, documents] = [
    plugins.flatMap((plugin) => plugin.admit?.bind(plugin) ?? []),
    plugins.flatMap((plugin) => plugin.identified?.bind(plugin) ?? []),
    plugins.flatMap((plugin) => plugin.batch?.bind(plugin) ?? []),
    plugins.flatMap((plugin) => plugin.document?.bind(plugin) ?? []),
  ];
  const steps = plugins.flatMap(operationSteps);
  return {
    admit: admits.length === 0 ? null : (...args) => walk(admits, args, ignore),
    identified: identifieds.length === 0 ? null : (...args) => walk(identifieds, args, ignore),
    batch: batches.length === 0 ? null : (...args) => walk(batches, args, ignore),
    document: documents.length === 0 ? null : (...args) => void walk(documents, args, ignore),
    operation: steps.length === 0 ? null : (args, beside) => walkOperation(steps, args, beside),
  };
}

/** A call to a subgraph with the plugins around it; `call` itself when none wants to be. */
export function aroundCalls(plugins: readonly GatewayPlugin[], call: CallSubgraph): CallSubgraph {
  return plugins.reduceRight<CallSubgraph>((next, plugin) => {
    const around = plugin.subgraphCall?.bind(plugin);
    return around ? (each) => around(each, next) : next;
  }, call);
}

/** One after the other. Who waits holds up the rest of the list; who does not costs no turn of the queue. */
function walk<Args extends unknown[], Result>(
  hooks: readonly Moment<Args, Result>[],
  args: Args,
  take: (result: Result) => void,
): void | Promise<void> {
  const walkFrom = (start: number): void | Promise<void> => {
    for (let at = start; at < hooks.length; at += 1) {
      const result = hooks[at]?.(...args) as Result | Promise<Result>;
      if (isPromise(result)) return result.then(take).then(() => walkFrom(at + 1));
      take(result);
    }
  };
  try {
    return walkFrom(0)?.catch(refuse);
  } catch (thrown) {
    refuse(thrown);
  }
}

type OperationStep = Moment<[...ArgumentsOf<'operation'>, beside: Beside | null], Settle | undefined>;

/** A plugin's own moment, then the hook of Apollo Server beside it. */
function operationSteps(plugin: GatewayPlugin): readonly OperationStep[] {
  const own = plugin.operation?.bind(plugin);
  const steps: OperationStep[] = [];
  if (own) steps.push((passage, chosen) => own(passage, chosen));
  if (plugin.requestDidStart)
    steps.push((_passage, _chosen, beside) => beside?.(plugin) as Promise<undefined>);
  return steps;
}

function walkOperation(
  steps: readonly OperationStep[],
  args: ArgumentsOf<'operation'>,
  beside: Beside | null,
): readonly Settle[] | Promise<readonly Settle[]> {
  const settles: Settle[] = [];
  const giveBack = (thrown: unknown): never => {
    for (const settle of settles) settle({ executed: false, answered: false, readData: () => null });
    throw thrown;
  };
  try {
    const waiting = walk(steps, [...args, beside], (settle) => {
      if (settle) settles.push(settle);
    });
    if (!waiting) return settles;
    const { signal } = args[0].arrival;
    // Who left while a plugin was waited for is written down already, and cannot be settled with later.
    return waiting.then(() => (signal.aborted ? giveBack(signal.reason) : settles), giveBack);
  } catch (thrown) {
    return giveBack(thrown);
  }
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}

function refuse(thrown: unknown): never {
  throw asPluginRefusal(thrown);
}

function ignore(): void {
  // The moment has no result.
}
