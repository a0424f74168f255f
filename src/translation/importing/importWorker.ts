import { parentPort } from 'node:worker_threads';
import { GraphQLError } from 'graphql';
import { TranslationFault } from '../translationFault.ts';
import { importSchema } from './importSchema.ts';
import type { ImportReply, SchemaSource } from './schemaSource.ts';

const port = parentPort;
if (!port) throw new Error('importWorker runs in a worker thread only');

async function answer(source: SchemaSource): Promise<ImportReply> {
  try {
    return { kind: 'imported', schema: await importSchema(source) };
  } catch (thrown) {
    if (thrown instanceof TranslationFault) return { kind: 'refused', message: thrown.message };
    if (thrown instanceof URIError)
      return { kind: 'refused', message: `${source.file} has a $ref that cannot be read.` };
    if (thrown instanceof RangeError) return { kind: 'refused', message: `${source.file} nests too deep.` };
    if (thrown instanceof GraphQLError)
      return { kind: 'refused', message: `${source.file}: ${thrown.message}` };
    return { kind: 'failed', detail: thrown instanceof Error ? String(thrown.stack) : String(thrown) };
  }
}

port.on('message', (source: SchemaSource) => {
  void answer(source).then((reply) => port.postMessage(reply));
});
