import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';
import { directiveArguments, textArgument } from './directiveArguments.ts';

/** A name by the specification that defines it. */
export interface Linked {
  /** Without its version, such as `https://specs.apollo.dev/federation`; null for what no linked specification defines. */
  readonly specification: string | null;
  /** As the specification says it. */
  readonly name: string;
}

/** What a document links (specification link v1.0, and core, its forerunner). */
export interface Links {
  /** The directive of this name, under whatever name it was imported. */
  directive(written: string): Linked;
  /** Whether a name of a type or directive belongs to a linked specification. */
  isFeature(written: string): boolean;
}

const ofLinkItself = /^https:\/\/specs\.apollo\.dev\/(?:link|core)\/v/;

export function readLinks(document: DocumentNode): Links {
  const applied = schemaDirectives(document);
  // The one that links the link specification is called what it says there; without that one, by its own name.
  const named = applied.filter((directive) => ofLinkItself.test(urlOf(directive)));
  const names = new Set(['link', 'core', ...named.map(({ name }) => name.value)]);
  const imported = new Map<string, Linked>();
  const prefixes = new Map<string, Linked>();
  for (const link of applied.filter(({ name }) => names.has(name.value))) {
    const feature = featureOf(urlOf(link));
    const prefix = textArgument(link, 'as') || feature.name;
    if (prefix !== '') prefixes.set(prefix, feature);
    for (const { name, as } of importsOf(link)) imported.set(as, { ...feature, name });
  }
  return {
    directive(written) {
      const [prefix = '', ...rest] = written.split('__');
      const known = imported.get(`@${written}`) ?? prefixes.get(written);
      if (known) return { ...known, name: known.name.replace(/^@/, '') };
      const feature = prefixes.get(prefix);
      return feature && rest.length > 0
        ? { ...feature, name: rest.join('__') }
        : { specification: null, name: written };
    },
    isFeature: (written) =>
      prefixes.has(written.split('__')[0] ?? '') || imported.has(`@${written}`) || imported.has(written),
  };
}

function urlOf(link: ConstDirectiveNode): string {
  return textArgument(link, 'url') || textArgument(link, 'feature');
}

/** A URL may end in a name and a version, `…/federation/v2.9`; the name is then what unimported names begin with. */
export function featureOf(url: string): { specification: string; name: string } {
  const [, specification = url, name = ''] = /^(.*\/([^/]+))\/v\d+(?:\.\d+)?\/?$/.exec(url) ?? [];
  return { specification, name };
}

/** Directives with their `@`, types without. */
function importsOf(link: ConstDirectiveNode): readonly { readonly name: string; readonly as: string }[] {
  const { import: written } = directiveArguments(link);
  return (Array.isArray(written) ? written : [written]).flatMap((item: unknown) => {
    if (typeof item === 'string') return [{ name: item, as: item }];
    const { name, as = name } = Object(item) as { readonly name?: unknown; readonly as?: unknown };
    return typeof name === 'string' && typeof as === 'string' ? [{ name, as }] : [];
  });
}

function schemaDirectives(document: DocumentNode): readonly ConstDirectiveNode[] {
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? [])
      : [],
  );
}
