import { parentPort } from 'node:worker_threads';
import { compose } from './compose.ts';
import type { ComposeJob, ComposeReply } from './composeJob.ts';
import { createSchemaChanges } from './schemaChanges.ts';
import { supergraphFault } from './supergraphFault.ts';

const port = parentPort;
if (!port) throw new Error('composeWorker runs in a worker thread only');

const schemaChanges = createSchemaChanges();

async function answer(job: ComposeJob): Promise<ComposeReply> {
  if (job.kind === 'verify') return { kind: 'verified', fault: supergraphFault(job.sdl) };
  if (job.kind === 'compare') {
    return { kind: 'compared', changes: await schemaChanges.between(job.before, job.after) };
  }
  if (job.kind === 'validate') return { kind: 'validated', faults: schemaChanges.faultsOf(job) };
  const composed = compose(job.members);
  const changes = composed.supergraph ? await schemaChanges.between(job.before, composed.supergraph) : [];
  return { kind: 'composed', composition: { ...composed, changes } };
}

function failed(thrown: unknown): ComposeReply {
  return {
    kind: 'failed',
    detail: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
  };
}

port.on('message', (job: ComposeJob) => {
  void answer(job)
    .catch(failed)
    .then((reply) => port.postMessage(reply));
});
