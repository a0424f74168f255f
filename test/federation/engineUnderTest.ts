import { type ExecutionResult, getOperationAST, parse } from 'graphql';
import { systemClock } from '../../src/base/clock.ts';
import { type Random, systemRandom } from '../../src/base/random.ts';
import { sha256 } from '../../src/base/sha256.ts';
import { createEngine, executionOptions, WrittenData } from '../../src/execution/execution.ts';
import type { Log } from '../../src/model/log.ts';
import type { Planning } from '../../src/planning/planning.ts';
import { anonymous } from '../support/anonymous.ts';
import { silentLog } from '../support/silentLog.ts';
import type { Federation } from './federation.ts';
import type { SentOperation } from './generateOperation.ts';

export type EngineKind = 'compiled' | 'reference';

export interface EngineUnderTest {
  /** The result as a client reads it. */
  execute(operation: SentOperation): Promise<ExecutionResult>;
  dispose(): Promise<void>;
}

/** An engine over the subgraphs of a federation; `call` may stand in for theirs. */
export async function engineUnderTest(
  { supergraph, call }: Pick<Federation, 'supergraph' | 'call'>,
  {
    kind,
    planning,
    random = systemRandom,
    log = silentLog,
  }: { kind: EngineKind; planning: Pick<Planning, 'plan'>; random?: Random; log?: Log },
): Promise<EngineUnderTest> {
  const engine = await createEngine(executionOptions.parse({ engine: kind }), {
    supergraph,
    call,
    identityOf: () => null,
    planning,
    random,
    clock: systemClock,
    log,
  });
  return {
    async execute({ text, variables }) {
      const document = parse(text, { noLocation: true });
      const definition = getOperationAST(document);
      if (!definition) throw new Error('One operation was expected');
      const { data, errors } = await engine.execute(
        {
          document: { text, sentText: text, hash: sha256(text), document },
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
