import { type ConstDirectiveNode, Kind, parse, print, visit } from 'graphql';
import { textArgument } from './directiveArguments.ts';
import { featureOf } from './links.ts';

const apollo = 'https://specs.apollo.dev/';
/** Specifications of Apollo's whose directives other parts enforce, whoever executes. */
const enforcedElsewhere = new Set(
  ['authenticated', 'requiresScopes', 'policy', 'cacheTag'].map((name) => apollo + name),
);

/**
 * The supergraph for an executor that refuses what it does not enforce itself: links say what they are `for`, and those of directives
 * that other parts of the gateway enforce, or that are not Apollo's, say so no more.
 */
export function withoutPurposes(sdl: string): string {
  if (!/\bfor:/.test(sdl)) return sdl;
  return print(
    visit(parse(sdl, { noLocation: true }), {
      [Kind.SCHEMA_DEFINITION]: (schema) => ({
        ...schema,
        directives: schema.directives?.map(withoutPurpose),
      }),
      [Kind.SCHEMA_EXTENSION]: (schema) => ({
        ...schema,
        directives: schema.directives?.map(withoutPurpose),
      }),
    }),
  );
}

function withoutPurpose(link: ConstDirectiveNode): ConstDirectiveNode {
  const { specification } = featureOf(textArgument(link, 'url') || textArgument(link, 'feature'));
  if (specification.startsWith(apollo) && !enforcedElsewhere.has(specification)) return link;
  return { ...link, arguments: (link.arguments ?? []).filter(({ name }) => name.value !== 'for') };
}
