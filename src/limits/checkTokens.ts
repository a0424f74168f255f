import { Lexer, Source, type Token, TokenKind } from 'graphql';
import { SluiceError } from '../base/errors.ts';
import { refuseComments } from './refuseComments.ts';

const opening = new Set<string>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing = new Set<string>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Counts tokens and nesting without parsing, and stops at the limit: a parser recurses and would run out of stack first.
 * A character that is no GraphQL throws graphql-js' own syntax error. A number beyond what a double holds would become Infinity,
 * which no subgraph can be sent.
 */
export function checkTokens(
  text: string,
  limits: { readonly tokens: number; readonly recursion: number },
): void {
  refuseComments(text, limits.tokens);
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  let depth = 0;
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    tokens += 1;
    if (tokens > limits.tokens) {
      throw new SluiceError(
        'TOKEN_LIMIT_EXCEEDED',
        `The document has more than ${limits.tokens} tokens, the most that is allowed.`,
      );
    }
    if (opening.has(token.kind)) {
      depth += 1;
      if (depth > limits.recursion) {
        throw new SluiceError(
          'RECURSION_LIMIT_EXCEEDED',
          `The document nests deeper than ${limits.recursion} levels, the most that is allowed (line ${token.line}, column ${token.column}).`,
        );
      }
    } else if (closing.has(token.kind)) {
      depth -= 1;
    } else if (token.kind === TokenKind.FLOAT || token.kind === TokenKind.INT) {
      checkNumber(token);
    }
  }
}

function checkNumber({ value, line, column }: Token): void {
  if (Number.isFinite(Number(value))) return;
  throw new SluiceError(
    'GRAPHQL_VALIDATION_FAILED',
    `The number ${value.slice(0, 40)} is larger than a number can be (line ${line}, column ${column}).`,
  );
}
