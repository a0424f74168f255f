import type { ErrorCode } from '../base/errors.ts';
import type { Role } from './role.ts';

/** A change that was asked for, and what became of it. */
export interface AuditedChange {
  /** The token's name, or who the command line said. */
  readonly by: string;
  /** Null where no tokens are in use. */
  readonly role: Role | null;
  /** Where it was asked from. */
  readonly address: string;
  /** The mutation. */
  readonly action: string;
  /** What it was about: subgraphs, a consumer, a version. */
  readonly target: string;
  /** `failed` is our fault: it may have been made. */
  readonly result: 'done' | 'refused' | 'failed';
  readonly code: ErrorCode | null;
  readonly requestId: string;
  readonly details: object;
}
