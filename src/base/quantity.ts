import { z } from 'zod';

/** How people write amounts in supergraph.yaml, and the one unit the code gets. */

const millisecondsPer = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const bytesPer = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 } as const;

/** `250ms`, `10s`, `5m`, `24h`, `7d` → milliseconds. `0` needs no unit. */
export const durationMs = z
  .union([z.string(), z.literal(0)], { error: 'expected a duration such as 250ms, 10s, 5m or 24h' })
  .transform((written, context) => {
    if (written === 0 || written === '0') return 0;
    const match = /^(\d{1,12}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(written);
    if (match)
      return Math.round(Number(match[1]) * millisecondsPer[match[2] as keyof typeof millisecondsPer]);
    context.addIssue({ code: 'custom', message: `expected a duration such as 250ms, 10s, 5m or 24h` });
    return z.NEVER;
  })
  .meta({ description: 'A duration: 250ms, 10s, 5m, 24h, 7d' });

/** `100/s`, `5/10s`, `1000/m` → so many in a period. */
export const rate = z
  .string({ error: 'expected a rate such as 100/s or 5/10s' })
  .transform((written, context) => {
    const match = /^(\d{1,9})\/(\d{0,6})(ms|s|m|h|d)$/.exec(written);
    const [count, periods] = [Number(match?.[1]), Number(match?.[2] || 1)];
    const periodMs = periods * millisecondsPer[match?.[3] as keyof typeof millisecondsPer];
    if (count > 0 && periodMs > 0) return { count, periodMs };
    context.addIssue({ code: 'custom', message: 'expected a rate such as 100/s or 5/10s' });
    return z.NEVER;
  })
  .meta({ description: 'A rate: 100/s, 5/10s, 1000/m' });

/** `512B`, `64KB`, `2MB`, `1GB`, or a plain number of bytes → bytes. A KB is 1024 bytes. */
export const sizeBytes = z
  .union([z.string(), z.number().int().nonnegative()], { error: 'expected a size such as 64KB or 2MB' })
  .transform((written, context) => {
    if (typeof written === 'number') return written;
    const match = /^(\d{1,12})(B|KB|MB|GB)$/.exec(written);
    if (match) return Number(match[1]) * bytesPer[match[2] as keyof typeof bytesPer];
    context.addIssue({ code: 'custom', message: `expected a size such as 64KB or 2MB` });
    return z.NEVER;
  })
  .meta({ description: 'A size: 512B, 64KB, 2MB, 1GB, or a number of bytes' });

/** `50%` → 0.5. Both bounds are allowed. */
export function shareBetween(least: string, most: string) {
  const error = `expected a share between ${least} and ${most}, such as ${most}`;
  const shareOf = (written: string): number => Number(/^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(written)?.[1]) / 100;
  const [leastShare, mostShare] = [shareOf(least), shareOf(most)];
  return z
    .string({ error })
    .transform((written, context) => {
      const share = shareOf(written);
      if (share >= leastShare && share <= mostShare) return share;
      context.addIssue({ code: 'custom', message: error });
      return z.NEVER;
    })
    .meta({ description: 'A share: 10%, 50%' });
}

/** A duration with bounds, written as people write them; both bounds are allowed. */
export function durationBetween(least: string, most: string) {
  const [leastMs, mostMs] = [durationMs.parse(least), durationMs.parse(most)];
  return durationMs.refine((ms) => ms >= leastMs && ms <= mostMs, {
    error: `expected a duration between ${least} and ${most}`,
  });
}

/** A size with bounds, written as people write them; both bounds are allowed. */
export function sizeBetween(least: string, most: string) {
  const [leastBytes, mostBytes] = [sizeBytes.parse(least), sizeBytes.parse(most)];
  return sizeBytes.refine((bytes) => bytes >= leastBytes && bytes <= mostBytes, {
    error: `expected a size between ${least} and ${most}`,
  });
}
