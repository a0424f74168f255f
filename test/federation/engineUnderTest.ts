import { type ExecutionResult, getOperationAST, parse } from 'graphql';
import { sha256 } from '../../src/base/sha256.ts';
import { createEngine, executionOptions, WrittenData } from '../../src/execution/execution.ts';
import type { Log } from '../../src/model/log.ts';
import type { Planning } from '../../src/planning/planning.ts';
import { anonymous } from '../support/anonymous.ts';
import type { Federation } from './federation.ts';
import type { SentOperation } from './generateOperation.ts';

export type EngineKind = 'compiled' | 'reference';

export interface EngineUnderTest {
  /** The result as a client reads it. */
  execute(operation: SentOperation): Promise<ExecutionResult>;
  dispose(): Promise<void>;
}

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** An engine over the subgraphs of a federation; `call` may stand in for theirs. */
export async function engineUnderTest(
  { supergraph, call }: Pick<Federation, 'supergraph' | 'call'>,
  { kind, planning }: { kind: EngineKind; planning: Pick<Planning, 'plan'> },
): Promise<EngineUnderTest> {
  const engine = await createEngine(executionOptions.parse({ engine: kind }), {
    supergraph,
    call,
    planning,
    log: silent,
  });
  return {
    async execute({ text, variables }) {
      const document = parse(text, { noLocation: true });
      const definition = getOperationAST(document);
      if (!definition) throw new Error('One operation was expected');
      const { data, errors } = await engine.execute(
        {
          document: { text, hash: sha256(text), document },
          definition,
          name: definition.name?.value ?? null,
          kind: definition.operation,
          variables,
        },
        { requestId: 'test', headers: {}, signal: new AbortController().signal, session: anonymous },
      );
      const dataText = data instanceof WrittenData ? data.text : JSON.stringify(data);
      return {
        data: dataText === undefined ? null : (JSON.parse(dataText) as ExecutionResult['data'] & object),
        ...(errors ? { errors } : {}),
      };
    },
    dispose: () => engine.dispose(),
  };
}
