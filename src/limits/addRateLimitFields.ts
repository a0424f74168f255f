import type { Passage, Rule } from '../model/gatewayPlugin.ts';
import type { Taken } from './counters.ts';

/** What one rule allows and what is left of it. */
export interface RateLimitState {
  readonly quota: number;
  readonly windowMs: number;
  readonly taken: Taken;
}

/** Integers of structured fields have at most 15 digits (RFC 9651, section 3.3.1). */
const maxInteger = 999_999_999_999_999;

/**
 * Adds a rule to the header fields `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers): what is allowed in which
 * time, and what is left of it for how many seconds. They are on every answer, so that clients can slow down before they are refused.
 */
export function addRateLimitFields(
  passage: Passage,
  { setting }: Rule,
  { quota, windowMs, taken }: RateLimitState,
): void {
  const name = JSON.stringify(setting.replace(/^limits\./, ''));
  const seconds = taken.allowed ? secondsOf(taken.resetMs) : retryAfter(taken);
  const policy = `${name};q=${Math.min(quota, maxInteger)};w=${secondsOf(windowMs)}`;
  const remaining = taken.allowed ? Math.min(taken.remaining, maxInteger) : 0;
  const left = taken.allowed ? remaining : -seconds;
  passage.addHeader('ratelimit-policy', name, policy, left);
  passage.addHeader('ratelimit', name, `${name};r=${remaining};t=${seconds}`, left);
}

/** The seconds until a refused request is worth trying again: `Retry-After`, and `t` of the rule that refused. */
export function retryAfter({ retryMs, resetMs }: Taken): number {
  return Math.max(1, secondsOf(Number.isFinite(retryMs) ? retryMs : resetMs));
}

function secondsOf(ms: number): number {
  return Math.ceil(ms / 1000);
}
