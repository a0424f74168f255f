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
  const sent = sentAs(asked);
  const hash = outcome.document?.hash ?? null;
  const name = hash === null ? 'the document' : `document ${hash.slice(0, 12)}`;
  const route = asked.routed ? `${asked.routed.route.method} ${asked.routed.route.path}` : null;
  const asking = route === null ? `sent as ${sent}` : `asked by the route ${route}`;
  const how = isKept ? 'was known, and so was its verdict' : 'was parsed and validated';
  return {
    text: `${name}, ${asking}${isTrusted ? ', is trusted and' : ','} ${how}`,
    facts: { sent, trusted: isTrusted, kept: isKept, hash, ...(route !== null && { route }) },
  };
}

function sentAs({ query, documentId, routed }: OperationRequest): 'route' | 'text' | 'id' | 'hash' {
  if (routed) return 'route';
  if (query !== null) return 'text';
  return documentId ? 'id' : 'hash';
}
