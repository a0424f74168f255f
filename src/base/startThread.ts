import { type ResourceLimits, Worker } from 'node:worker_threads';

/**
 * Starts a thread with the module that is its entry. An argument, as a clock is: loading what a thread is made of takes it a fifth of a
 * second, so hundreds of gateways in one process, as tests have them, give their threads to each other.
 */
export type StartThread = (entry: URL, limits?: ResourceLimits) => Worker;

export const startThread: StartThread = (entry, limits) =>
  new Worker(entry, limits ? { resourceLimits: limits } : {});
