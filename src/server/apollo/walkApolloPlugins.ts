import type {
  ApolloServerPlugin,
  GraphQLRequestContext,
  GraphQLRequestExecutionListener,
  GraphQLRequestListener,
  GraphQLResponse,
  GraphQLServerListener,
} from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { GatewayPlugin, PluginContext } from '../../model/gatewayPlugin.ts';
import type { Log } from '../../model/log.ts';
import type { Beside, Generation, Identified, Refusal } from '../../request/request.ts';
import { withParsedData } from '../withParsedData.ts';

type Context = GraphQLRequestContext<PluginContext>;
type Listener = GraphQLRequestListener<PluginContext>;

/** The hooks of one request, of all plugins in order. */
export interface WalkedRequest {
  /** `didResolveOperation`, for the walk through the moments of our own. */
  readonly beside: Beside;
  readonly listener: Listener;
  /** What a plugin answers in place of `run`, or what `run` does with the hooks around an execution. */
  answer(context: Context, run: () => Promise<GraphQLResponse>): Promise<GraphQLResponse>;
  /** What Apollo Server would tell of a request that it had refused itself. */
  tellRefused(context: Context, refusal: Refusal): Promise<void>;
}

export interface ApolloWalk {
  /** The hooks that belong to no request. */
  readonly server: ApolloServerPlugin<PluginContext>;
  start(context: Context, identified: Identified): Promise<WalkedRequest>;
}

/**
 * Apollo Server's hooks of the plugins in the list, one after the other in its order: Apollo itself would run all of them at once.
 * Null when no plugin has any, which costs nothing then.
 */
export function walkApolloPlugins(
  plugins: readonly GatewayPlugin[],
  { log }: { log: Log },
): ApolloWalk | null {
  const hooked = plugins.filter((plugin) => apolloHooks.some((name) => plugin[name]));
  if (hooked.length === 0) return null;
  const serverListeners: GraphQLServerListener[] = [];
  const told = new WeakSet<Generation>();

  /** Each supergraph once, when the first request comes for it; Apollo's own idea of the schema is a stand-in. */
  function tellSchema(generation: Generation): void {
    if (told.has(generation)) return;
    told.add(generation);
    const { engine, supergraph } = generation;
    for (const listener of serverListeners) {
      try {
        listener.schemaDidLoadOrUpdate?.({ apiSchema: engine.schema, coreSupergraphSdl: supergraph.sdl });
      } catch (err) {
        log.error({ err }, 'a plugin failed in schemaDidLoadOrUpdate');
      }
    }
  }
  return {
    server: serverHooks(hooked, serverListeners),
    async start(context, { generation, arrival }) {
      tellSchema(generation);
      (context as { schema: unknown }).schema = generation.schema;
      const { http } = context.request;
      const method = http?.method ?? '';
      if (http) http.method = arrival.method;
      const listeners = new Map<GatewayPlugin, Listener>();
      for (const plugin of hooked) {
        const listener = await plugin.requestDidStart?.(context);
        if (listener) listeners.set(plugin, listener);
      }
      if (http) http.method = method; // Apollo Server itself must not judge a GET; the pipeline does.
      return {
        beside: (plugin) => listeners.get(plugin)?.didResolveOperation?.(context as never),
        listener: walkedListener([...listeners.values()]),
        answer: (answered, run) => walkAnswer([...listeners.values()], answered, run),
        tellRefused: (refused, refusal) => tellRefused([...listeners.values()], refused, refusal),
      };
    },
  };
}

const apolloHooks = [
  'serverWillStart',
  'requestDidStart',
  'unexpectedErrorProcessingRequest',
  'contextCreationDidFail',
  'invalidRequestWasReceived',
  'startupDidFail',
] as const;

function serverHooks(
  plugins: readonly GatewayPlugin[],
  listeners: GraphQLServerListener[],
): ApolloServerPlugin<PluginContext> {
  return {
    async serverWillStart(started) {
      for (const plugin of plugins) {
        const listener = await plugin.serverWillStart?.(started);
        if (listener) listeners.push(listener);
      }
      return {
        async drainServer() {
          for (const listener of listeners) await listener.drainServer?.();
        },
        async serverWillStop() {
          for (const listener of listeners) await listener.serverWillStop?.();
        },
      };
    },
    async unexpectedErrorProcessingRequest(failed) {
      for (const plugin of plugins) await plugin.unexpectedErrorProcessingRequest?.(failed);
    },
    async contextCreationDidFail(failed) {
      for (const plugin of plugins) await plugin.contextCreationDidFail?.(failed);
    },
    async invalidRequestWasReceived(failed) {
      for (const plugin of plugins) await plugin.invalidRequestWasReceived?.(failed);
    },
    async startupDidFail(failed) {
      for (const plugin of plugins) await plugin.startupDidFail?.(failed);
    },
  };
}

function walkedListener(listeners: readonly Listener[]): Listener {
  return {
    async didResolveSource(context) {
      for (const listener of listeners) await listener.didResolveSource?.(context);
    },
    willSendResponse: (context) =>
      withParsedData(context.response.body, async () => {
        for (const listener of listeners) await listener.willSendResponse?.(context);
      }),
  };
}

/** Apollo Server runs these hooks around its executor, which is not asked here. */
async function walkAnswer(
  listeners: readonly Listener[],
  context: Context,
  run: () => Promise<GraphQLResponse>,
): Promise<GraphQLResponse> {
  for (const listener of listeners) {
    const response = await listener.responseForOperation?.(context as never);
    if (response) return response;
  }
  const executions: GraphQLRequestExecutionListener<PluginContext>[] = [];
  for (const listener of listeners) {
    const execution = await listener.executionDidStart?.(context as never);
    if (execution) executions.unshift(execution); // They end in reverse, as Apollo has it.
  }
  const response = await run();
  if (response.body.kind === 'single' && response.body.singleResult.errors) {
    const errors = response.body.singleResult.errors.map(asError);
    for (const listener of listeners) await encounter(listener, context, errors);
  }
  for (const execution of executions) await execution.executionDidEnd?.();
  return response;
}

async function encounter(
  listener: Listener,
  context: Context,
  errors: readonly GraphQLError[],
): Promise<void> {
  (context as { errors?: readonly GraphQLError[] }).errors = errors;
  await listener.didEncounterErrors?.(context as never);
}

function asError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { ...(path && { path }), ...(extensions && { extensions }) });
}

async function tellRefused(
  listeners: readonly Listener[],
  context: Context,
  refusal: Refusal,
): Promise<void> {
  const errors = refusal.errors.map(asError);
  const notParsed = refusal.code === 'GRAPHQL_PARSE_FAILED';
  const notValid = refusal.code === 'GRAPHQL_VALIDATION_FAILED';
  for (const listener of listeners) {
    if (notParsed || notValid) {
      const parsed = await listener.parsingDidStart?.(context as never);
      await parsed?.(notParsed ? errors[0] : undefined);
    }
    if (notValid) await (await listener.validationDidStart?.(context as never))?.(errors);
    await encounter(listener, context, errors);
  }
}
