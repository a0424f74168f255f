import { type EngineResult, WrittenData } from '../execution/execution.ts';
import type { Settle } from '../model/gatewayPlugin.ts';

/** How one operation ended, once it has, and whom to tell. */
export interface OperationEnding {
  /** Told by `tell`, once. */
  readonly settles: readonly Settle[];
  /** Its result; null until it has one. */
  result: EngineResult | null;
  /** Whether subgraphs may have been asked for it. */
  executed: boolean;
}

export function tellEnding({ settles, executed, result }: OperationEnding): void {
  for (const settle of settles) settle({ executed, readData: () => dataOf(result) });
}

function dataOf(result: EngineResult | null): unknown {
  const data = result?.data ?? null;
  return data instanceof WrittenData ? JSON.parse(data.text) : data;
}
