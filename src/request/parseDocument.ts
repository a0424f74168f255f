import {
  DirectiveLocation,
  type DocumentNode,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLError,
  GraphQLNonNull,
  GraphQLSchema,
  GraphQLString,
  Kind,
  parse,
  print,
  validate,
  visit,
} from 'graphql';
import { SluiceError } from '../base/errors.ts';
import { sha256 } from '../base/sha256.ts';
import { checkRepeatedFields, checkTokens } from '../limits/limits.ts';
import type { ValidDocument } from '../model/operation.ts';
import { type Refusal, refusalOf, refusalOfGraphQLErrors } from './refusal.ts';

/** What became of a document's text under one generation's schema; kept, so that both good and bad ones cost once. */
export type DocumentOutcome =
  | { readonly document: ValidDocument; readonly refusal: null }
  | { readonly document: null; readonly refusal: Refusal };

export interface ParseOptions {
  readonly limits: { readonly tokens: number; readonly recursion: number };
  readonly introspection: 'on' | 'off';
  /** Whether messages may suggest names of the schema ("Did you mean"). */
  readonly suggestions: boolean;
}

/** More than this many faults of one document are not listed: the list is for people. */
const maxFaults = 5;

const deferDirective = new GraphQLDirective({
  name: 'defer',
  description: 'Accepted and answered whole, in the first result.',
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: {
    if: { type: new GraphQLNonNull(GraphQLBoolean), defaultValue: true },
    label: { type: GraphQLString },
  },
});

/** The schema documents are validated against: the clients' schema, and `@defer`. */
export function validationSchema(schema: GraphQLSchema): GraphQLSchema {
  if (schema.getDirective('defer')) return schema;
  const config = schema.toConfig();
  return new GraphQLSchema({
    ...config,
    directives: [...config.directives, deferDirective],
    assumeValid: true,
  });
}

/** Text to a document that fits the schema, cheapest checks first; nothing here is worse than linear in the text. */
export function parseDocument(text: string, schema: GraphQLSchema, options: ParseOptions): DocumentOutcome {
  try {
    checkTokens(text, options.limits);
    const document = parse(text);
    checkRepeatedFields(document);
    if (options.introspection === 'off') refuseIntrospection(document);
    const faults = validate(schema, document, undefined, {
      maxErrors: maxFaults,
      hideSuggestions: !options.suggestions,
    });
    if (faults.length > 0) {
      return { document: null, refusal: refusalOfGraphQLErrors('GRAPHQL_VALIDATION_FAILED', faults) };
    }
    // Kept without its tokens and places, which are most of its memory; only faults name places.
    const sent = parse(text, { noLocation: true });
    const kept = withoutDefer(sent);
    const executable = kept === sent ? text : print(kept);
    return {
      document: { text: executable, sentText: text, hash: sha256(text), document: kept },
      refusal: null,
    };
  } catch (thrown) {
    const refusal =
      thrown instanceof GraphQLError
        ? refusalOfGraphQLErrors('GRAPHQL_PARSE_FAILED', [thrown])
        : refusalOf(thrown);
    return { document: null, refusal };
  }
}

function refuseIntrospection(document: DocumentNode): void {
  visit(document, {
    [Kind.FIELD](field) {
      const name = field.name.value;
      if (name === '__schema' || name === '__type') {
        throw new SluiceError(
          'INTROSPECTION_DISABLED',
          'Introspection is switched off here (request.introspection).',
        );
      }
    },
  });
}

function withoutDefer(document: DocumentNode): DocumentNode {
  let found = false;
  const stripped = visit(document, {
    [Kind.DIRECTIVE](directive) {
      if (directive.name.value !== 'defer') return undefined;
      found = true;
      return null;
    },
  });
  return found ? stripped : document;
}
