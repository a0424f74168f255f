import { Lexer, Source, type Token, TokenKind } from 'graphql';
import { SluiceError } from '../base/errors.ts';
import { ruleOf } from '../base/ruleMode.ts';
import type { SentDocument } from '../model/gatewayPlugin.ts';
import { countComments } from './countComments.ts';
import type { DocumentLimit } from './documentLimit.ts';

const opening = new Set<string>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing = new Set<string>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Counts tokens and nesting without parsing, and stops at the limit: a parser recurses and would run out of stack first.
 * A character that is no GraphQL throws graphql-js' own syntax error. A number beyond what a double holds would become Infinity,
 * which no subgraph can be sent.
 */
export function checkTokens(
  text: string,
  limits: { readonly tokens: DocumentLimit; readonly recursion: number },
  refuse: SentDocument['refuse'],
): void {
  const { max } = limits.tokens;
  const rule = ruleOf('limits.operation.tokens', limits.tokens.mode);
  let left = rule ? max : Number.POSITIVE_INFINITY;
  if (rule && countComments(text, max) > max) {
    left = Number.POSITIVE_INFINITY; // Told once.
    refuse(rule, tooMany('comments', max));
  }
  const lexer = new Lexer(new Source(text));
  let depth = 0;
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    left -= 1;
    if (rule && left < 0) {
      left = Number.POSITIVE_INFINITY;
      refuse(rule, tooMany('tokens', max));
    }
    if (opening.has(token.kind)) {
      depth += 1;
      if (depth > limits.recursion) refuseNesting(token, limits.recursion);
    } else if (closing.has(token.kind)) {
      depth -= 1;
    } else if (token.kind === TokenKind.FLOAT || token.kind === TokenKind.INT) {
      checkNumber(token);
    }
  }
}

function tooMany(what: string, max: number): SluiceError {
  return new SluiceError(
    'TOKEN_LIMIT_EXCEEDED',
    `The document has more than ${max} ${what}, the most that is allowed.`,
  );
}

function refuseNesting({ line, column }: Token, max: number): never {
  throw new SluiceError(
    'RECURSION_LIMIT_EXCEEDED',
    `The document nests deeper than ${max} levels, the most that is allowed (line ${line}, column ${column}).`,
  );
}

function checkNumber({ value, line, column }: Token): void {
  if (Number.isFinite(Number(value))) return;
  throw new SluiceError(
    'GRAPHQL_VALIDATION_FAILED',
    `The number ${value.slice(0, 40)} is larger than a number can be (line ${line}, column ${column}).`,
  );
}
