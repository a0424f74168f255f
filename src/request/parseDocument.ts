import {
  BREAK,
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
import { sha256 } from '../base/sha256.ts';
import { checkRepeatedFields, checkTokens, type OperationLimits } from '../limits/limits.ts';
import type { SentDocument } from '../model/gatewayPlugin.ts';
import type { ValidDocument } from '../model/operation.ts';
import type { PluginWalk } from './pluginWalk.ts';
import { type Refusal, refusalOf, refusalOfGraphQLErrors } from './refusal.ts';
import { type NameRule, refuseBy } from './refuseBy.ts';

/** What became of a document's text under one generation's schema. */
export type DocumentOutcome =
  | { readonly document: ValidDocument; readonly refusal: null; readonly wouldRefuse: readonly string[] }
  | { readonly document: null; readonly refusal: Refusal; readonly wouldRefuse: readonly string[] };

/** An outcome as it is kept, so that both good and bad ones cost once; every caller's verdict follows from it. */
export type ParsedDocument = DocumentOutcome & {
  /** Whether it asks for `__schema` or `__type`. */
  readonly introspects: boolean;
  /** The plugins that judged it: others might judge otherwise. */
  readonly judgedBy: PluginWalk;
};

export interface ParseOptions {
  readonly limits: Pick<OperationLimits, 'tokens' | 'recursion'>;
  readonly plugins: { readonly walk: PluginWalk };
  readonly nameRule?: NameRule;
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
export function parseDocument(text: string, schema: GraphQLSchema, options: ParseOptions): ParsedDocument {
  const judgedBy = options.plugins.walk;
  const nameRule = options.nameRule ?? (() => null);
  const wouldRefuse: string[] = [];
  const refuse: SentDocument['refuse'] = (rule, refusal) =>
    refuseBy(rule, refusal, { nameRule, note: (setting) => void wouldRefuse.push(setting) });
  let introspects = false;
  try {
    checkTokens(text, options.limits, refuse);
    const document = parse(text);
    checkRepeatedFields(document);
    introspects = asksForSchema(document);
    judgedBy.document?.({ text, document, schema, refuse });
    const faults = validate(schema, document, undefined, {
      maxErrors: maxFaults,
      hideSuggestions: !options.suggestions,
    });
    const fault = faults.length > 0 ? refusalOfGraphQLErrors('GRAPHQL_VALIDATION_FAILED', faults) : null;
    if (fault) return { document: null, refusal: fault, wouldRefuse, introspects, judgedBy };
    return { document: keptDocument(text), refusal: null, wouldRefuse, introspects, judgedBy };
  } catch (thrown) {
    const refusal =
      thrown instanceof GraphQLError
        ? refusalOfGraphQLErrors('GRAPHQL_PARSE_FAILED', [thrown])
        : refusalOf(thrown);
    return { document: null, refusal, wouldRefuse, introspects, judgedBy };
  }
}

/** Kept without its tokens and places, which are most of its memory; only faults name places. */
function keptDocument(text: string): ValidDocument {
  const sent = parse(text, { noLocation: true });
  const kept = withoutDefer(sent);
  const executable = kept === sent ? text : print(kept);
  return { text: executable, sentText: text, hash: sha256(text), document: kept };
}

function asksForSchema(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.FIELD]({ name }) {
      if (name.value !== '__schema' && name.value !== '__type') return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
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
