import { type ExecutionResult, getOperationAST, parse } from 'graphql';
import { authorizationOptions, createAuthorization } from '../../src/authorization/authorization.ts';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { sha256 } from '../../src/base/sha256.ts';
import { createEngine, executionOptions, WrittenData } from '../../src/execution/execution.ts';
import type { Operation } from '../../src/model/operation.ts';
import type { Session } from '../../src/model/session.ts';
import type { CallSubgraph } from '../../src/model/subgraphCall.ts';
import type { Supergraph } from '../../src/model/supergraph.ts';
import type { Planning } from '../../src/planning/planning.ts';
import { readSchemaRules } from '../../src/supergraph/supergraph.ts';
import { silentLog } from '../support/silentLog.ts';
import type { SentOperation } from './generateOperation.ts';

/** An engine that is given of each operation what its session may see, as the pipeline has it. */
export interface GuardedEngine {
  execute(asked: SentOperation, session: Session): Promise<ExecutionResult>;
  dispose(): Promise<void>;
}

export interface GuardedParts {
  readonly supergraph: Supergraph;
  readonly call: CallSubgraph;
  readonly planning: Pick<Planning, 'plan'>;
  readonly kind?: 'compiled' | 'reference';
  /** Callers whose calls may be shared. */
  readonly identity?: string | null;
}

export async function guardedEngine({
  kind = 'compiled',
  identity = null,
  ...parts
}: GuardedParts): Promise<GuardedEngine> {
  const log = silentLog;
  const clock = systemClock;
  const engine = await createEngine(executionOptions.parse({ engine: kind }), {
    ...parts,
    identityOf: () => identity,
    random: systemRandom,
    clock,
    log,
  });
  const options = authorizationOptions.parse({});
  const authorization = await createAuthorization({ options, folder: '.', suggestions: false, clock, log });
  const { permit } = authorization.forSchema(engine.schema, readSchemaRules(parts.supergraph).rules);
  const operations = new Map<string, Omit<Operation, 'variables'>>();

  /** Each text is parsed once, as documents are kept. */
  function operationOf(text: string): Omit<Operation, 'variables'> {
    const known = operations.get(text);
    if (known) return known;
    const document = parse(text, { noLocation: true });
    const definition = getOperationAST(document);
    if (!definition) throw new Error('One operation was expected');
    const operation = {
      document: { text, sentText: text, hash: sha256(text), document },
      definition,
      name: definition.name?.value ?? null,
      kind: definition.operation,
    };
    operations.set(text, operation);
    return operation;
  }

  return {
    async execute({ text, variables }, session) {
      const caller = { requestId: 'test', headers: {}, session, signal: new AbortController().signal };
      const permitted = await permit({ ...operationOf(text), variables }, { arrival: caller, session });
      const { data, errors } = await engine.execute(permitted, caller);
      const dataText = data instanceof WrittenData ? data.text : JSON.stringify(data ?? null);
      return {
        data: JSON.parse(dataText) as ExecutionResult['data'] & object,
        ...(errors ? { errors } : {}),
      };
    },
    dispose: () => engine.dispose(),
  };
}
