import { describe } from '@jest/globals';
import { hasRedis } from './startRedis.ts';

/** A suite that needs a Redis; where there is none it is skipped, and says so. */
export function describeWithRedis(name: string, suite: () => void): void {
  if (!hasRedis) process.stderr.write(`There is no redis-server on this machine: "${name}" is skipped.\n`);
  (hasRedis ? describe : describe.skip)(name, suite);
}
