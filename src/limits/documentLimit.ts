import { z } from 'zod';
import { type RuleMode, ruleMode } from '../base/ruleMode.ts';

/** The most a document may have of something, and what happens above it. */
export interface DocumentLimit {
  readonly max: number;
  readonly mode: RuleMode;
}

/** Written as a number, or as `{ max, mode }`. */
export function documentLimit({ min, max }: { min: number; max: number }) {
  const most = z.int().min(min).max(max);
  return z
    .union([most, z.strictObject({ max: most, mode: ruleMode })])
    .transform(
      (written): DocumentLimit => (typeof written === 'number' ? { max: written, mode: 'enforce' } : written),
    );
}
