import { Kind, Lexer, Source, TokenKind } from 'graphql';
import type { Operation } from '../model/operation.ts';
import { measureDocument } from './measureDocument.ts';

/** What an operation comes to, under the names of the limits it is held against. */
export interface OperationMeasure {
  readonly depth: number;
  /** Of its whole document. */
  readonly tokens: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
}

/** Linear in the document, so it may be done once for each that was let in. */
export function measureOperation({ document, definition }: Operation): OperationMeasure {
  const operations = document.document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const measure = measureDocument(document.document)[operations.indexOf(definition)];
  if (!measure) throw new Error('The operation is not of its document');
  const { depth, fields: rootFields, aliases, directives } = measure;
  return { depth, tokens: countTokens(document.sentText), aliases, rootFields, directives };
}

function countTokens(text: string): number {
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  while (lexer.advance().kind !== TokenKind.EOF) tokens += 1;
  return tokens;
}
