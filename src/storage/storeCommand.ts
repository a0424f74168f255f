import type { ErrorCode } from '../base/errors.ts';

/** Where the function is that opens a store in the thread: a module, and the name it exports it under. */
export interface StoreOpener {
  readonly module: URL;
  readonly name: string;
}

/** To the thread, of one of its stores. */
export type StoreCommand =
  | {
      readonly kind: 'open';
      readonly store: number;
      readonly module: string;
      readonly name: string;
      readonly data: unknown;
    }
  /** A method of the store with what it is asked. */
  | {
      readonly kind: 'ask';
      readonly store: number;
      readonly id: number;
      readonly method: string;
      readonly question: unknown;
    }
  | { readonly kind: 'close'; readonly store: number };

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
