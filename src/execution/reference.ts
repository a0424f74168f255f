import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import { SluiceError } from '../base/errors.ts';
import type { DegradedPart, Fallbacks } from '../model/fallbacks.ts';
import type { Log } from '../model/log.ts';
import type { Operation } from '../model/operation.ts';
import type { Caller, CallSubgraph } from '../model/subgraphCall.ts';
import type { Supergraph } from '../model/supergraph.ts';
import { withoutPurposes } from '../supergraph/supergraph.ts';
import { completeWithheld } from './completeWithheld.ts';
import type { EngineResult } from './engine.ts';
import { limitErrors } from './limitErrors.ts';
import { referenceFallback } from './referenceFallback.ts';

interface Context extends Record<string, unknown> {
  readonly caller: Caller;
  /** Fetches that failed and had something to stand in for them; null where nothing may: in mutations. */
  readonly degraded: DegradedPart[] | null;
}

interface ReferenceParts {
  readonly supergraph: Supergraph;
  readonly call: CallSubgraph;
  readonly fallbacks?: () => Fallbacks;
  readonly log: Log;
}

/**
 * The engine that runs Apollo's gateway code: one ApolloGateway per supergraph, never updated, since an update changes its fields
 * one by one under live requests. Its data source is ours, so timeouts, caps and header rules hold here too.
 */
export async function createReferenceEngine(parts: ReferenceParts) {
  // Its usage reports to Apollo are switched off by this variable alone.
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  const urls = new Map<string, string>();
  const gateway = new ApolloGateway({
    supergraphSdl: withoutPurposes(parts.supergraph.sdl),
    buildService({ name, url = '' }) {
      urls.set(name, url);
      return dataSource({ ...parts, subgraph: name, url });
    },
    logger: apolloLogger(parts.log),
    __exposeQueryPlanExperimental: false,
  });
  const { schema, executor } = await gateway.load();
  type GatewayRequestContext = Parameters<typeof executor>[0];
  return {
    schema,
    urls,
    async execute(operation: Operation, caller: Caller): Promise<EngineResult> {
      const degraded = operation.kind === 'query' ? [] : null;
      const requestContext = {
        request: {
          query: operation.document.text,
          variables: operation.variables,
          ...(operation.name === null ? {} : { operationName: operation.name }),
        },
        context: { caller, degraded } satisfies Context,
        document: operation.document.document,
        operation: operation.definition,
        operationName: operation.name,
        queryHash: operation.document.hash,
        source: operation.document.text,
        schema,
        logger: apolloLogger(parts.log),
        metrics: {},
      } as unknown as GatewayRequestContext;
      const result = await executor(requestContext);
      const data = result.data as Readonly<Record<string, unknown>> | null | undefined;
      const { errors } = clientErrors(result);
      const told = degraded?.length ? { degraded } : {};
      if (operation.withheld && data)
        return { ...completeWithheld(operation, { data, errors: errors ?? [] }, schema), ...told };
      return { ...('data' in result ? { data: data ?? null } : {}), ...(errors ? { errors } : {}), ...told };
    },
    // It plans while it executes, and not otherwise.
    warm: async () => undefined,
    dispose: () => gateway.stop(),
  };
}

function dataSource(parts: ReferenceParts & { subgraph: string; url: string }): GraphQLDataSource {
  const { subgraph, fallbacks } = parts;
  return {
    async process(options) {
      // Health checks and schema loading, the other kinds, are not asked of it here.
      if (!('incomingRequestContext' in options))
        throw new Error(`Unexpected request to a subgraph: ${options.kind}`);
      const { query = '', variables = {}, operationName } = options.request;
      const { caller, degraded } = options.context as Context;
      try {
        const result = await parts.call({
          subgraph,
          url: parts.url,
          kind: query.startsWith('mutation') ? 'mutation' : 'query',
          body: JSON.stringify({ query, variables, operationName }),
          caller,
          supergraphHash: parts.supergraph.hash,
        });
        return {
          data: result.data as never,
          ...(result.errors ? { errors: result.errors as never } : {}),
        };
      } catch (thrown) {
        const failure = SluiceError.from(thrown);
        const asked = { subgraph, query, variables, failure };
        const replaced = fallbacks && degraded ? referenceFallback(asked, fallbacks()) : null;
        if (!replaced) throw fieldError(failure, { subgraph, path: options.pathInIncomingRequest });
        degraded?.push(replaced.part);
        caller.notes?.noteFallback?.(subgraph);
        return { data: replaced.data };
      }
    },
  };
}

/** A failed call as an error of the fields that waited for it. */
function fieldError(error: SluiceError, where: { subgraph: string; path: unknown }): GraphQLError {
  const path = Array.isArray(where.path) ? where.path : [];
  const listAt = path.indexOf('@');
  return new GraphQLError(error.message, {
    path: listAt === -1 ? path : path.slice(0, listAt),
    originalError: error,
    extensions: { code: error.code, subgraph: where.subgraph },
  });
}

/** Errors as our clients get them: subgraph named as such, and null-completion faults where the specification wants them. */
function clientErrors(result: { errors?: readonly GraphQLError[]; extensions?: Record<string, unknown> }) {
  const completion = (result.extensions?.valueCompletion ?? []) as readonly GraphQLError[];
  const errors = [
    ...(result.errors ?? []).map(clientError),
    ...completion.map(
      ({ message, path }) =>
        new GraphQLError(message, {
          ...(path ? { path } : {}),
          extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE' },
        }),
    ),
  ];
  return errors.length > 0 ? { errors: limitErrors(errors) } : {};
}

function clientError(error: GraphQLError): GraphQLError {
  const { serviceName, ...extensions } = error.extensions ?? {};
  if (error.extensions?.code === undefined) {
    const internal = SluiceError.from(error);
    return new GraphQLError(internal.message, { originalError: error, extensions: { code: internal.code } });
  }
  return new GraphQLError(error.message, {
    ...(error.path ? { path: error.path } : {}),
    originalError: error,
    extensions: serviceName === undefined ? extensions : { ...extensions, subgraph: serviceName },
  });
}

function apolloLogger(log: Log) {
  return {
    debug: (message?: unknown) => log.debug({}, String(message)),
    info: (message?: unknown) => log.debug({}, String(message)),
    warn: (message?: unknown) => log.warn({}, String(message)),
    error: (message?: unknown) => log.error({}, String(message)),
  };
}
