import type { Session } from '../model/session.ts';

/** A session that may be used again for the same credential without looking at it again. */
export interface Verified {
  readonly session: Session;
  /** Wall milliseconds from which on it has to be looked at again. */
  readonly endsAtMs: number;
  /** What it rests on, if that can be withdrawn before. */
  readonly key: { readonly withdrawn: boolean } | null;
}
