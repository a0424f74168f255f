import type { LRUCache } from 'lru-cache';
import { SluiceError } from '../base/errors.ts';
import type { DecisionNotes } from '../model/decision.ts';
import type { OperationRequest } from '../model/operation.ts';
import type { Session } from '../model/session.ts';
import { askedText } from './askedText.ts';
import type { Generation } from './generations.ts';
import { type Introspection, mayIntrospect } from './mayIntrospect.ts';
import {
  type DocumentOutcome,
  type ParsedDocument,
  type ParseOptions,
  parseDocument,
} from './parseDocument.ts';
import type { PersistedQueries } from './persistedQueries.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import { refuseBy } from './refuseBy.ts';
import { tellDocument } from './tellDocument.ts';
import { unavailable } from './typedVariables.ts';
import type { TrustedMode, WatchedDocuments } from './watchTrustedDocuments.ts';

export interface Documents {
  /** The valid document a request asks for, or why this session gets none; null asks for the gateway itself. Never throws. */
  prepare(asked: OperationRequest, generation: Generation, asker: Asker | null): Promise<DocumentOutcome>;
}

/** For whom a document is prepared. */
export interface Asker {
  readonly session: Session;
  readonly notes: DecisionNotes;
}

export interface DocumentsOptions extends ParseOptions {
  readonly introspection: Introspection;
  /** What becomes of documents that are not trusted, where some are. */
  readonly trustedMode?: TrustedMode;
}

export interface DocumentsParts {
  readonly persistedQueries: PersistedQueries;
  readonly trusted?: Pick<WatchedDocuments, 'current'> | null;
}

/** Persisted id, limits, parse and validation; once per generation and text. */
export function createDocuments(
  options: DocumentsOptions,
  { persistedQueries, trusted = null }: DocumentsParts,
): Documents {
  return {
    async prepare(asked, generation, asker) {
      try {
        const { text, isTrusted } = await askedText(asked, {
          trusted: trusted?.current() ?? null,
          persistedQueries,
        });
        const noted = !trusted || isTrusted || asker === null ? [] : untrusted(options);
        const known = generation.documents.get(text);
        const outcome =
          known?.judgedBy === options.plugins.walk
            ? known
            : keepOutcome(generation.documents, text, parseDocument(text, generation.schema, options));
        asker?.notes.decided(
          'document',
          { asked, isTrusted, isKept: outcome === known, outcome },
          tellDocument,
        );
        if (outcome.introspects && !mayIntrospect(asker?.session ?? null, options.introspection))
          refuseIntrospection();
        if (outcome.document && asked.extensions.persistedQuery && !isTrusted)
          await persistedQueries.keep(asked);
        if (asked.routed && outcome.refusal) return withUnavailable(outcome, outcome.refusal);
        return noted.length === 0 ? outcome : { ...outcome, wouldRefuse: [...noted, ...outcome.wouldRefuse] };
      } catch (thrown) {
        return { document: null, refusal: refusalOf(thrown), wouldRefuse: [] };
      }
    },
  };
}

/** Refuses a document that is not trusted where that is required; gives the settings that would have. */
function untrusted({ trustedMode = 'off', nameRule = () => null }: DocumentsOptions): readonly string[] {
  if (trustedMode === 'off') return [];
  const noted: string[] = [];
  const mode = trustedMode === 'log' ? 'log' : 'enforce';
  const refusal = new SluiceError(
    'PERSISTED_QUERY_REQUIRED',
    'Only operations that are known by id are answered here.',
  );
  refuseBy({ setting: 'request.trustedDocuments', mode }, refusal, {
    nameRule,
    note: (setting) => void noted.push(setting),
  });
  return noted;
}

function keepOutcome(
  known: LRUCache<string, ParsedDocument>,
  text: string,
  outcome: ParsedDocument,
): ParsedDocument {
  // A fault of the gateway or of a plugin may be gone the next time.
  if (outcome.refusal?.code !== 'INTERNAL_SERVER_ERROR') known.set(text, outcome);
  return outcome;
}

/** Who asks by a route has not written the operation: that it does not fit is no fault of theirs. */
function withUnavailable(outcome: DocumentOutcome, refusal: Refusal): DocumentOutcome {
  const { code, status, errors, rule } = refusal;
  if (status !== 400) return outcome;
  const told = refusalOf(
    new SluiceError('ROUTE_UNAVAILABLE', unavailable, {
      detail: `${code}: ${errors.map(({ message }) => message).join(' ')}`,
    }),
  );
  return { document: null, refusal: { ...told, rule }, wouldRefuse: outcome.wouldRefuse };
}

function refuseIntrospection(): never {
  throw new SluiceError(
    'INTROSPECTION_DISABLED',
    'Introspection is not open to this request (request.introspection).',
  );
}
