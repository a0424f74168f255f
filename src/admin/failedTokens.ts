import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { addressNetwork } from '../base/ipAddress.ts';

/** Who shows wrong tokens is slowed down, whatever they show next: a guess must not be worth a try. */
export interface FailedTokens {
  /** Refuses with RATE_LIMITED where too many came from. */
  check(address: string): void;
  note(address: string): void;
}

/** So many at once, for people who paste the wrong one a few times, and then one each so often. */
const burst = 10;
const everyMs = 6_000;
/** Those that failed last; more addresses than an attacker of an admin is likely to have. */
const maxAddresses = 10_000;

export function createFailedTokens({ clock }: { readonly clock: Pick<Clock, 'monotonicMs'> }): FailedTokens {
  /** By network: when all its failures will be forgotten. */
  const forgottenAtMs = new LRUCache<string, number>({ max: maxAddresses });
  return {
    check(address) {
      const owedMs = (forgottenAtMs.get(addressNetwork(address)) ?? 0) - clock.monotonicMs();
      const waitMs = owedMs - (burst - 1) * everyMs;
      if (waitMs <= 0) return;
      const seconds = String(Math.ceil(waitMs / 1000));
      throw new SluiceError(
        'RATE_LIMITED',
        `Too many wrong tokens came from this address; the next one is looked at in ${seconds} s.`,
        { headers: { 'retry-after': seconds } },
      );
    },
    note(address) {
      const network = addressNetwork(address);
      const from = Math.max(clock.monotonicMs(), forgottenAtMs.get(network) ?? 0);
      forgottenAtMs.set(network, from + everyMs);
    },
  };
}
