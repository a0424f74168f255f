import type { LRUCache } from 'lru-cache';
import { SluiceError } from '../base/errors.ts';
import type { OperationRequest } from '../model/operation.ts';
import type { Session } from '../model/session.ts';
import type { Generation } from './generations.ts';
import { type Introspection, mayIntrospect } from './mayIntrospect.ts';
import {
  type DocumentOutcome,
  type ParsedDocument,
  type ParseOptions,
  parseDocument,
} from './parseDocument.ts';
import type { PersistedQueries } from './persistedQueries.ts';
import { refusalOf } from './refusal.ts';

export interface Documents {
  /** The valid document a request asks for, or why this session gets none; null asks for the gateway itself. Never throws. */
  prepare(asked: OperationRequest, generation: Generation, session: Session | null): Promise<DocumentOutcome>;
}

export interface DocumentsOptions extends ParseOptions {
  readonly introspection: Introspection;
}

/** Persisted id, limits, parse and validation; once per generation and text. */
export function createDocuments(
  options: DocumentsOptions,
  { persistedQueries }: { persistedQueries: PersistedQueries },
): Documents {
  return {
    async prepare(asked, generation, session) {
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
          known?.judgedBy === options.plugins.walk
            ? known
            : keepOutcome(generation.documents, text, parseDocument(text, generation.schema, options));
        if (outcome.introspects && !mayIntrospect(session, options.introspection)) refuseIntrospection();
        if (outcome.document && asked.extensions.persistedQuery) await persistedQueries.keep(asked);
        return outcome;
      } catch (thrown) {
        return { document: null, refusal: refusalOf(thrown), wouldRefuse: [] };
      }
    },
  };
}

function keepOutcome(
  known: LRUCache<string, ParsedDocument>,
  text: string,
  outcome: ParsedDocument,
): ParsedDocument {
  known.set(text, outcome);
  return outcome;
}

function refuseIntrospection(): never {
  throw new SluiceError(
    'INTROSPECTION_DISABLED',
    'Introspection is not open to this request (request.introspection).',
  );
}
