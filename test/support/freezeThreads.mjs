// Preloaded by `npm run test:deep`: worker threads, which plan and compose, run with frozen prototypes from their first line on.
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) for (const prototype of [Object.prototype, Array.prototype]) Object.freeze(prototype);
