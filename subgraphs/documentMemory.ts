import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  type Source,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';

/** In characters of document text; a parsed document takes some ten times as much memory. */
const maxCharacters = 4_000_000;

export interface DocumentMemory {
  parse(source: string | Source): DocumentNode;
  validate(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[];
}

/**
 * Parses and validates each document once: a gateway sends the same few texts again and again, and reading a text costs more than
 * answering it from memory. Use one memory for one schema only.
 */
export function createDocumentMemory(): DocumentMemory {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: maxCharacters,
    sizeCalculation: (_document, text) => text.length,
  });
  const valid = new WeakSet<DocumentNode>();
  return {
    parse(source) {
      if (typeof source !== 'string') return parse(source);
      const known = documents.get(source);
      if (known) return known;
      const document = parse(source);
      documents.set(source, document);
      return document;
    },
    validate(schema, document) {
      if (valid.has(document)) return [];
      const errors = validate(schema, document);
      if (errors.length === 0) valid.add(document);
      return errors;
    },
  };
}
