import { sha256 } from '../base/sha256.ts';

/** So many units in a period, evenly spread, and so many at once (GCRA). Never more than `burst + count × time / periodMs`. */
export interface Rate {
  readonly kind: 'rate';
  readonly count: number;
  readonly periodMs: number;
  readonly burst: number;
}

/** So many units in any window of this length, looking back from now. */
export interface Window {
  readonly kind: 'window';
  readonly max: number;
  readonly windowMs: number;
  /** Whether what is refused counts too, so that who goes on trying stays out. */
  readonly countRefused: boolean;
}

/** So many units until a moment at which counting begins anew; the key has to say which period it is. */
export interface Period {
  readonly kind: 'period';
  readonly max: number;
  readonly endsInMs: number;
}

export type CounterRule = Rate | Window | Period;

/** Units to be taken from one counter. */
export interface Take {
  /** The rule it is for, as in supergraph.yaml; counters of different rules have nothing to do with each other. */
  readonly setting: string;
  /** Who is counted. */
  readonly identity: string;
  readonly cost: number;
  readonly rule: CounterRule;
}

export interface Taken {
  readonly allowed: boolean;
  /** Whole units left. */
  readonly remaining: number;
  /** Until all units are there again. */
  readonly resetMs: number;
  /** Until this cost would be allowed: 0 when it was, Infinity when it never will be. */
  readonly retryMs: number;
}

export interface Counters {
  /** Takes from all of them or, when one refuses, from none; in the order given. Never rejects. */
  take(takes: readonly Take[]): readonly Taken[] | Promise<readonly Taken[]>;
  /** Takes more, or gives back what is negative, without asking: at most until none is left or all are. */
  adjust(takes: readonly Take[]): void;
  close(): Promise<void>;
}

/** Short and printable, and none of what Redis or this function mean something by. */
const plainIdentity = /^[ -"$-z|~]{1,96}$/;

/** Identities come from outside and may be long; what is kept of them is not, and two are never taken for one. */
export function identityKey(identity: string): string {
  return plainIdentity.test(identity) ? identity : `#${sha256(identity)}`;
}
