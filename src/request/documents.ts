import type { LRUCache } from 'lru-cache';
import { SluiceError } from '../base/errors.ts';
import type { OperationRequest } from '../model/operation.ts';
import type { Generation } from './generations.ts';
import { type DocumentOutcome, type ParseOptions, parseDocument } from './parseDocument.ts';
import type { PersistedQueries } from './persistedQueries.ts';
import { refusalOf } from './refusal.ts';

export interface Documents {
  /** The valid document a request asks for, or why there is none. Never throws. */
  prepare(asked: OperationRequest, generation: Generation): Promise<DocumentOutcome>;
}

/** Persisted id, limits, parse and validation; once per generation and text. */
export function createDocuments(
  options: ParseOptions,
  { persistedQueries }: { persistedQueries: PersistedQueries },
): Documents {
  return {
    async prepare(asked, generation) {
      try {
        // Most requests carry a text and no hash: no need to wait for the store then.
        const text = asked.extensions.persistedQuery ? await persistedQueries.textOf(asked) : asked.query;
        if (text === null || text.trim() === '') {
          throw new SluiceError(
            'BAD_REQUEST',
            'The request holds no "query" text and no extensions.persistedQuery.',
          );
        }
        const known = generation.documents.get(text);
        const outcome =
          known ?? keepOutcome(generation.documents, text, parseDocument(text, generation.schema, options));
        if (outcome.document && asked.extensions.persistedQuery) await persistedQueries.keep(asked);
        return outcome;
      } catch (thrown) {
        return { document: null, refusal: refusalOf(thrown) };
      }
    },
  };
}

function keepOutcome(
  known: LRUCache<string, DocumentOutcome>,
  text: string,
  outcome: DocumentOutcome,
): DocumentOutcome {
  known.set(text, outcome);
  return outcome;
}
