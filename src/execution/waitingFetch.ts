import type { SubgraphResult } from '../model/subgraphCall.ts';
import type { FetchRequest } from './fetchRequest.ts';

/** An entity fetch that is ready. */
export interface WaitingFetch {
  readonly request: FetchRequest;
  /** The list of representations, as JSON text. */
  readonly representations: string;
  resolve(result: SubgraphResult | Promise<SubgraphResult>): void;
  reject(failure: unknown): void;
}
