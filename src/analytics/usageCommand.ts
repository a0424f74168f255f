import type { ErrorCode } from '../base/errors.ts';
import type { StorageOptions } from '../storage/storage.ts';
import type { UsageStore, UsageStoreOptions } from './usageStore.ts';

/** What the thread is started with. */
export interface UsageThreadData extends UsageStoreOptions {
  readonly storage: StorageOptions;
  readonly folder: string;
}

/** To the thread: a method of the store with what it is asked. */
export interface UsageCommand {
  readonly id: number;
  readonly method: keyof UsageStore;
  readonly question: unknown;
}

/** From the thread. */
export type UsageReply =
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
