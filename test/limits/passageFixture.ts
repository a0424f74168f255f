import { type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { SluiceError } from '../../src/base/errors.ts';
import type {
  ChosenOperation,
  Ending,
  GatewayPlugin,
  Passage,
  Settle,
} from '../../src/model/gatewayPlugin.ts';
import type { OperationOutcome } from '../../src/model/operationOutcome.ts';
import type { SchemaRules } from '../../src/model/schemaRules.ts';
import type { Session } from '../../src/model/session.ts';

export function sessionOf(given: Partial<Session> = {}): Session {
  return {
    identified: true,
    subject: 'ann',
    issuer: null,
    consumer: null,
    plan: null,
    scopes: new Set(),
    claims: {},
    expiresAtMs: null,
    ...given,
  };
}

export function noRules(): SchemaRules {
  return {
    authorization: new Map(),
    protectedFields: new Map(),
    weights: new Map(),
    listSizes: new Map(),
    cacheControl: new Map(),
    cacheTags: new Map(),
    rateLimits: new Map(),
  };
}

/** What became of one operation at the plugins it was shown to. */
export interface Shown {
  readonly code: string | null;
  readonly message: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly wouldRefuse: readonly string[];
  /** As it was noted. */
  readonly cost: OperationOutcome['cost'];
  /** Tells how it ended. */
  end(ending: Partial<Ending> & { data?: unknown }): void;
}

/** Shows plugins an operation as the pipeline would, with its documents kept as a generation keeps them. */
export function createShow(schema: GraphQLSchema, rules: SchemaRules) {
  const kept = new Map<string, ChosenOperation['operation']>();
  function operationOf(query: string, variables: object): ChosenOperation['operation'] {
    const document = parse(query);
    const definition = getOperationAST(document);
    if (!definition) throw new Error('No operation');
    const known = kept.get(query);
    const operation = known ?? {
      document: { text: query, sentText: query, hash: query, document },
      definition,
      name: null,
      kind: definition.operation,
      variables: {},
    };
    kept.set(query, operation);
    return { ...operation, variables: variables as Record<string, unknown> };
  }
  return async (
    plugins: readonly GatewayPlugin[],
    query: string,
    { session = sessionOf(), variables = {} }: { session?: Session; variables?: object } = {},
  ): Promise<Shown> => {
    const headers: Record<string, string> = {};
    const wouldRefuse: string[] = [];
    const settles: Settle[] = [];
    const passage: Passage = {
      decided: () => undefined,
      arrival: { address: '192.0.2.1', headers: {} } as Passage['arrival'],
      refuse(rule, refusal) {
        if (rule.mode === 'log') wouldRefuse.push(rule.setting);
        else throw refusal;
      },
      addHeader(name, _key, item) {
        headers[name] = headers[name] === undefined ? item : `${headers[name]}, ${item}`;
      },
    };
    const end: Shown['end'] = ({ executed = true, answered = executed, data = null }) => {
      for (const settle of settles) settle({ executed, answered, readData: () => data });
    };
    const cost = { estimated: null as number | null, measured: null as number | null };
    const notes: ChosenOperation['notes'] = {
      noteEstimate: (estimated) => void Object.assign(cost, { estimated }),
      noteMeasured: (measured) => void Object.assign(cost, { measured }),
    };
    const chosen = { session, operation: operationOf(query, variables), schema, rules, notes };
    try {
      for (const plugin of plugins) {
        const settle = await plugin.operation?.(passage, chosen);
        if (settle) settles.push(settle);
      }
      return { code: null, message: null, headers, wouldRefuse, cost, end };
    } catch (thrown) {
      end({ executed: false });
      if (!(thrown instanceof SluiceError)) throw thrown;
      const { code, message, headers: more } = thrown;
      return { code, message, headers: { ...headers, ...more }, wouldRefuse, cost, end };
    }
  };
}
