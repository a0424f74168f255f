import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { getOperationAST, parse } from 'graphql';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { Session } from '../model/session.ts';
import type { CallSubgraph, SubgraphResult } from '../model/subgraphCall.ts';
import { createReferenceEngine } from './reference.ts';
import type {
  AnsweredOperation,
  Comparison,
  ReferenceCommand,
  ReferenceReply,
  ReferenceSupergraph,
} from './referenceCommand.ts';
import { resultDifferences } from './resultDifferences.ts';

/** Faults that may be there for one engine and gone for the other. */
const passingFaults = new Set([
  'SUBGRAPH_UNREACHABLE',
  'SUBGRAPH_TIMEOUT',
  'SUBGRAPH_RESPONSE_TOO_LARGE',
  'CIRCUIT_OPEN',
  'INTERNAL_SERVER_ERROR',
]);

/** What Apollo's code has to say is not about the gateway that serves. */
const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Calls are made by the main thread, for the caller it knows. */
const nobody: Session = {
  identified: false,
  subject: null,
  issuer: null,
  consumer: null,
  plan: null,
  scopes: new Set(),
  claims: {},
  expiresAtMs: null,
};

/** Entry of the thread that the reference engine runs in when it verifies another one. */
function serve(port: MessagePort, { sdl, hash }: ReferenceSupergraph): void {
  const calls = new Map<number, PromiseWithResolvers<SubgraphResult>>();
  let lastCall = 0;
  const reply = (message: ReferenceReply): void => port.postMessage(message);

  const call: CallSubgraph = ({ caller: _main, ...asked }) => {
    lastCall += 1;
    const outcome = Promise.withResolvers<SubgraphResult>();
    calls.set(lastCall, outcome);
    reply({ kind: 'call', id: lastCall, call: asked });
    return outcome.promise;
  };
  const supergraph = { version: null, subgraphs: [], sdl, hash };
  const engine = createReferenceEngine({ supergraph, call, log: silent });

  async function compare({ data, codes, ...operation }: AnsweredOperation): Promise<Comparison> {
    const document = parse(operation.text, { noLocation: true });
    const definition = getOperationAST(document, operation.name);
    if (!definition) throw new Error('The operation that was answered is not in its document');
    const caller = { requestId: '', headers: {}, session: nobody, signal: new AbortController().signal };
    const { data: found = null, errors = [] } = await (await engine).execute(
      {
        document: { text: operation.text, sentText: operation.text, hash: operation.hash, document },
        definition,
        name: operation.name,
        kind: definition.operation,
        variables: operation.variables,
      },
      caller,
    );
    const foundCodes = errors.map(({ extensions }) => String(extensions.code));
    const paths = [...resultDifferences(JSON.parse(data), JSON.parse(JSON.stringify(found)))];
    if (codes.length > 0 !== foundCodes.length > 0) paths.push('(errors)');
    return { paths, isSound: ![...codes, ...foundCodes].some((code) => passingFaults.has(code)) };
  }

  port.on('message', (command: ReferenceCommand) => {
    if (command.kind === 'compare') {
      compare(command.answered).then(
        (comparison) => reply({ kind: 'compared', comparison }),
        (failure: unknown) => reply({ kind: 'failed', detail: String(failure) }),
      );
      return;
    }
    const outcome = calls.get(command.id);
    calls.delete(command.id);
    if (command.kind === 'result') outcome?.resolve(command.result);
    else outcome?.reject(new SluiceError(command.code, command.message));
  });
}

if (parentPort) serve(parentPort, workerData as ReferenceSupergraph);
