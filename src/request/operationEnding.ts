import { type EngineResult, WrittenData } from '../execution/execution.ts';
import type { Settle } from '../model/gatewayPlugin.ts';
import type { OperationOutcome } from '../model/operationOutcome.ts';
import type { OperationNotes } from './operationNotes.ts';

/** How one operation ended, once it has, and whom to tell. */
export interface OperationEnding {
  readonly notes: Pick<OperationNotes, 'result'>;
  /** Told by `tell`, once. */
  readonly settles: readonly Settle[];
  /** Its result; null until it has one. */
  result: EngineResult | null;
  /** Whether subgraphs may have been asked for it. */
  executed: boolean;
}

export function tellEnding({ notes, settles, executed, result }: OperationEnding): void {
  let data: object | null = null;
  let isRead = false;
  const readData = (): object | null => {
    if (!isRead) data = dataOf(result);
    isRead = true;
    return data;
  };
  notes.result = executed ? kindOf(result, readData) : null;
  for (const settle of settles) settle({ executed, answered: result !== null, readData });
}

/** A null for each thing asked, and errors that say why, is nothing. */
function kindOf(result: EngineResult | null, readData: () => object | null): OperationOutcome['result'] {
  if (!result) return 'unknown';
  if ((result.errors?.length ?? 0) === 0) return 'data';
  return Object.values(readData() ?? {}).some((value) => value !== null) ? 'data' : 'nothing';
}

function dataOf(result: EngineResult | null): object | null {
  const data = result?.data ?? null;
  return data instanceof WrittenData ? data.read() : data;
}
