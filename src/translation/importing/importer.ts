import { Worker } from 'node:worker_threads';
import type { Clock } from '../../base/clock.ts';
import { SluiceError } from '../../base/errors.ts';
import { siblingModule } from '../../base/siblingModule.ts';
import { heapLimits, watchHeap } from '../../base/watchHeap.ts';
import { fetchDocument } from './fetchDocument.ts';
import type { ImportedSchema, ImportReply, SchemaSource } from './schemaSource.ts';

/** Writes SDL from what a service says of itself. */
export interface Importer {
  /** Rejects with BAD_USER_INPUT, whose message says what is wrong with the source. */
  import(source: SchemaSource, signal: AbortSignal): Promise<ImportedSchema>;
}

const timeoutMs = 30_000;
/** The largest documents that are published by anybody take some 300 MB. */
const maxHeapBytes = 768 * 1024 ** 2;

/**
 * Reads each source in a thread of its own, which is ended when it takes too long or too much: .proto files and OpenAPI documents come
 * from anywhere, and their parsers have been made to loop and to grow before.
 */
export function createImporter({ clock }: { readonly clock: Clock }): Importer {
  return {
    async import(asked, signal) {
      signal.throwIfAborted();
      const isFetched = asked.kind === 'openapi' && asked.text === null && /^https?:/.test(asked.file);
      const source = isFetched ? { ...asked, text: await fetchDocument(asked.file, signal) } : asked;
      const thread = new Worker(siblingModule(import.meta.url, 'importWorker'), {
        resourceLimits: heapLimits(maxHeapBytes),
      });
      const { promise, resolve, reject } = Promise.withResolvers<ImportReply>();
      const refuse = (what: string): void =>
        reject(refusal(`${source.file} was given up: reading it took ${what}.`));
      thread.on('message', resolve).on('error', reject);
      thread.on('exit', () => reject(new Error('The import ended without a word')));
      const timer = clock.after(timeoutMs, () => refuse(`longer than ${timeoutMs / 1000} s`));
      const heap = watchHeap(thread, {
        clock,
        maxBytes: maxHeapBytes,
        onExceeded: () => refuse(`more memory than ${maxHeapBytes / 1024 ** 2} MB`),
      });
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      thread.postMessage(source);
      try {
        return schemaOf(await promise);
      } finally {
        timer.cancel();
        heap.stop();
        signal.removeEventListener('abort', onAbort);
        await thread.terminate();
      }
    },
  };
}

function schemaOf(reply: ImportReply): ImportedSchema {
  if (reply.kind === 'imported') return reply.schema;
  if (reply.kind === 'refused') throw refusal(reply.message);
  throw new Error('The import failed by itself', { cause: reply.detail });
}

function refusal(message: string): SluiceError {
  return new SluiceError('BAD_USER_INPUT', message);
}
