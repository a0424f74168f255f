import type { ErrorCode } from '../base/errors.ts';

/** To the thread: a method of the store with what it is asked. */
export interface StoreCommand {
  readonly id: number;
  readonly method: string;
  readonly question: unknown;
}

/** From the thread. */
export type StoreReply =
  | { readonly kind: 'done'; readonly id: number; readonly answer: unknown }
  /** What the store or the question was at fault with. */
  | {
      readonly kind: 'refused';
      readonly id: number;
      readonly code: ErrorCode;
      readonly message: string;
      readonly detail: unknown;
    }
  | {
      readonly kind: 'log';
      readonly level: 'warn' | 'error';
      readonly fields: object;
      readonly message: string;
    };
