import type { Random } from '../base/random.ts';
import type { Log } from '../model/log.ts';
import type { Operation } from '../model/operation.ts';
import type { Caller } from '../model/subgraphCall.ts';
import type { Engine, EngineResult } from './engine.ts';
import type { ReferenceThread } from './referenceThread.ts';
import { WrittenData } from './writtenData.ts';

export interface VerifyingParts {
  /** Whose answers clients get. */
  readonly engine: Engine;
  readonly reference: ReferenceThread;
  /** The part of queries that is verified, from 0 to 1. */
  readonly share: number;
  readonly random: Random;
  readonly log: Log;
}

/** `undecided`: subgraphs failed or changed what they say; `dropped`: another one was being verified. */
type Verdict = 'same' | 'different' | 'undecided' | 'dropped';

/** When the reference has overrun or fallen over so often in a row, this supergraph is not for it. */
const maxFailures = 3;

/**
 * Answers as its engine does; a sample of queries also runs on the reference engine, when their clients have been answered, one at a
 * time: what comes meanwhile is not verified. Where the answers differ the log says at which paths, and never what is there.
 *
 * Subgraphs are asked again for it, so what they say may have changed. A difference counts only when the engine itself, asked once
 * more, says the same as before; mutations are never verified, nor what an `@override` decided that the reference does not know, nor
 * operations of which something was withheld or replaced.
 */
export function createVerifyingEngine(parts: VerifyingParts): Engine {
  const { engine, reference, share, random, log } = parts;
  const counts: Record<Verdict, number> = { same: 0, different: 0, undecided: 0, dropped: 0 };
  const disposed = new AbortController();
  let isBusy = false;
  let failures = 0;

  async function compare(operation: Operation, caller: Caller, answer: EngineResult): Promise<Compared> {
    const { document, name, variables } = operation;
    const { text, hash } = document;
    const asked = { text, hash, name, variables, data: dataText(answer), codes: codesOf(answer) };
    const { paths, isSound } = await reference.compare(asked, caller);
    if (isSound && paths.length === 0) return { verdict: 'same', paths };
    const isSteady = isSound && dataText(await engine.execute(operation, caller)) === asked.data;
    return { verdict: isSteady ? 'different' : 'undecided', paths };
  }

  async function compareAlone(operation: Operation, client: Caller, answer: EngineResult): Promise<Compared> {
    if (isBusy || failures >= maxFailures || disposed.signal.aborted)
      return { verdict: 'dropped', paths: [] };
    isBusy = true;
    const { requestId, headers, session } = client;
    try {
      // The client has its answer, so its leaving ends nothing.
      const compared = await compare(
        operation,
        { requestId, headers, session, signal: disposed.signal },
        answer,
      );
      failures = 0;
      return compared;
    } catch (failure) {
      failures += 1;
      const goesOn = failures < maxFailures ? '' : '; nothing more of this supergraph is verified';
      if (!disposed.signal.aborted)
        log.warn({ err: failure, requestId }, `a query could not be verified${goesOn}`);
      return { verdict: 'undecided', paths: [] };
    } finally {
      isBusy = false;
    }
  }

  async function verify(operation: Operation, client: Caller, answer: EngineResult): Promise<void> {
    const { verdict, paths } = await compareAlone(operation, client, answer);
    counts[verdict] += 1;
    const named = {
      requestId: client.requestId,
      operation: operation.name,
      document: operation.document.hash,
    };
    if (verdict === 'different')
      log.warn({ ...named, paths, counts }, 'the reference engine answers this query differently');
    else log.debug({ ...named, verdict }, 'query verified');
  }

  return {
    ...engine,
    async execute(operation, caller) {
      const answer = await engine.execute(operation, caller);
      const isComparable =
        operation.kind === 'query' &&
        !operation.withheld &&
        !answer.degraded &&
        answer.how?.overrides.length === 0;
      if (!isComparable || random() >= share) return answer;
      return { ...answer, afterwards: () => void verify(operation, caller, answer) };
    },
    async dispose() {
      disposed.abort(new Error('This generation is not in use any more'));
      await reference.close();
      if (Object.values(counts).some((count) => count > 0))
        log.info({ counts }, 'queries of this supergraph were verified');
      await engine.dispose();
    },
  };
}

interface Compared {
  readonly verdict: Verdict;
  readonly paths: readonly string[];
}

function dataText({ data = null }: EngineResult): string {
  return data instanceof WrittenData ? data.text : JSON.stringify(data);
}

function codesOf({ errors = [] }: EngineResult): readonly string[] {
  return errors.map(({ extensions }) => String(extensions.code));
}
