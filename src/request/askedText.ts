import { SluiceError } from '../base/errors.ts';
import type { OperationRequest } from '../model/operation.ts';
import type { PersistedQueries } from './persistedQueries.ts';
import type { TrustedDocuments } from './readTrusted.ts';

export interface AskedText {
  readonly text: string;
  /** Known before it was asked for. */
  readonly isTrusted: boolean;
}

/** The text a request asks for: the one sent, or the one known under the id or hash sent. */
export async function askedText(
  asked: OperationRequest,
  { trusted, persistedQueries }: { trusted: TrustedDocuments | null; persistedQueries: PersistedQueries },
): Promise<AskedText> {
  if (asked.routed) return { text: asked.routed.route.text, isTrusted: true };
  const known = trusted === null ? undefined : knownUnder(asked, trusted);
  if (known !== undefined) {
    if (asked.query !== null && trusted?.known(asked.query)?.trim() !== known.trim())
      throw new SluiceError(
        'BAD_REQUEST',
        'The query sent is not the one that is known under the id sent with it.',
      );
    return { text: known, isTrusted: true };
  }
  if (asked.documentId && asked.query === null) throw notFound();
  // Most requests carry a text and no hash: no need to wait for the store then.
  const text = asked.extensions.persistedQuery ? await persistedQueries.textOf(asked) : asked.query;
  if (text === null || text.trim() === '') {
    throw new SluiceError(
      'BAD_REQUEST',
      'The request holds no "query" text, no "documentId" and no extensions.persistedQuery.',
    );
  }
  const meant = trusted?.known(text);
  return { text: meant ?? text, isTrusted: meant !== undefined };
}

/** By `documentId`, or as clients with a manifest of Apollo's ask: by `extensions.persistedQuery.sha256Hash`, whatever form it has. */
function knownUnder(asked: OperationRequest, trusted: TrustedDocuments): string | undefined {
  const { sha256Hash } = Object(asked.extensions.persistedQuery) as { sha256Hash?: unknown };
  const id = asked.documentId || sha256Hash;
  return typeof id === 'string' ? trusted.textOf(id) : undefined;
}

function notFound(): SluiceError {
  return new SluiceError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', {
    headers: { 'cache-control': 'private, no-cache, must-revalidate' },
  });
}
