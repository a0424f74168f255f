import type { ToldDecision } from '../model/decision.ts';
import type { OperationRequest } from '../model/operation.ts';
import type { DocumentOutcome } from './parseDocument.ts';

export interface PreparedDocument {
  readonly asked: OperationRequest;
  /** Known before it was asked for, by its id or text. */
  readonly isTrusted: boolean;
  /** Whether its verdict was there already. */
  readonly isKept: boolean;
  readonly outcome: DocumentOutcome;
}

/** Where a document came from, and whether it had to be parsed. */
export function tellDocument({ asked, isTrusted, isKept, outcome }: PreparedDocument): ToldDecision {
  const sent = asked.query === null ? (asked.documentId ? 'id' : 'hash') : 'text';
  const hash = outcome.document?.hash ?? null;
  const name = hash === null ? 'the document' : `document ${hash.slice(0, 12)}`;
  const how = isKept ? 'was known, and so was its verdict' : 'was parsed and validated';
  return {
    text: `${name}, sent as ${sent}${isTrusted ? ', is trusted and' : ','} ${how}`,
    facts: { sent, trusted: isTrusted, kept: isKept, hash },
  };
}
