import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { AuthorizationRule } from '../model/schemaRules.ts';
import { commonRule } from './commonRule.ts';
import { isImplied } from './isImplied.ts';
import { joinRules } from './joinRules.ts';
import { type Links, readLinks } from './links.ts';
import { neededFields, objectTypes } from './neededFields.ts';

type Rules = ReadonlyMap<string, AuthorizationRule>;
type Rule = AuthorizationRule | null;

const metByNobody: AuthorizationRule = { authenticated: true, scopes: [[]], policies: [] };

/**
 * Everything that has to be met for a field of an object type: what the field demands, its type, the type it returns, the interfaces
 * of its type, and the fields that are fetched for it (`@requires`, `@fromContext`), over any number of steps.
 *
 * Composition writes what the types behind an interface demand on the interface too. There it says nothing new: each type is judged
 * by its own demands. What an interface demands beyond that, somebody wrote there, and it holds for every type behind it.
 */
export function readProtectedFields(supergraph: DocumentNode, authorization: Rules): Rules {
  const fields = new Map<string, AuthorizationRule>();
  if (authorization.size === 0) return fields;
  const schema = buildASTSchema(supergraph, { assumeValid: true, assumeValidSDL: true });
  const links = readLinks(supergraph);
  const own = createOwnRules(schema, authorization);
  const { needs, unreadable } = neededFields(schema, links);
  for (const type of objectTypes(schema)) {
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const all = [...withNeeded(coordinate, needs)];
      const rule = unreadable.has(coordinate)
        ? metByNobody
        : joinRules([own.ofField(type, field), ...all.map((needed) => own.at(needed))]);
      if (rule) fields.set(coordinate, rule);
    }
  }
  for (const [coordinate, rule] of behindInterfaces(schema, { links, fields })) fields.set(coordinate, rule);
  return fields;
}

/** All that is needed for what is needed, the field itself left out. */
function withNeeded(
  coordinate: string,
  needs: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const all = new Set(needs.get(coordinate));
  // What is added while it is walked is walked too.
  for (const needed of all) for (const more of needs.get(needed) ?? []) all.add(more);
  all.delete(coordinate);
  return all;
}

interface OwnRules {
  ofField(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Rule;
  at(coordinate: string): Rule;
}

/** What the directives say of a field and of its types, without what is needed for it. */
function createOwnRules(schema: GraphQLSchema, authorization: Rules): OwnRules {
  const rootNames = new Map([
    [schema.getQueryType()?.name, 'Query'],
    [schema.getMutationType()?.name, 'Mutation'],
    [schema.getSubscriptionType()?.name, 'Subscription'],
  ]);
  const written = (type: string, field = ''): AuthorizationRule | undefined =>
    authorization.get(`${rootNames.get(type) ?? type}${field === '' ? '' : `.${field}`}`);

  /** What an interface demands of its own, of a field or altogether. */
  const ofInterface = remembered((one: GraphQLInterfaceType, field?: string): Rule => {
    const rule = written(one.name, field);
    if (!rule) return null;
    const behind = schema.getPossibleTypes(one).map((type) => written(type.name, field));
    return isImplied(rule, behind) ? null : rule;
  });

  const ofType = remembered(
    (type: GraphQLObjectType): Rule =>
      joinRules([written(type.name), ...type.getInterfaces().map((one) => ofInterface(one))]),
  );

  function ofReturned(field: GraphQLField<unknown, unknown>): Rule {
    const type = getNamedType(field.type);
    if (isObjectType(type)) return ofType(type);
    return isAbstractType(type)
      ? commonRule(schema.getPossibleTypes(type).map((one) => ofType(one)))
      : (written(type.name) ?? null);
  }

  function ofField(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Rule {
    const ofInterfaces = type
      .getInterfaces()
      .filter((one) => field.name in one.getFields())
      .map((one) => ofInterface(one, field.name));
    return joinRules([ofType(type), written(type.name, field.name), ...ofInterfaces, ofReturned(field)]);
  }

  return {
    ofField,
    at(coordinate) {
      const [name = '', fieldName = ''] = coordinate.split('.');
      const type = schema.getType(name);
      const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
      return isObjectType(type) && field ? ofField(type, field) : null;
    },
  };
}

/** The same function, asked once for each type and field. */
function remembered<Type extends { readonly name: string }>(
  find: (type: Type, field?: string) => Rule,
): (type: Type, field?: string) => Rule {
  const found = new Map<string, Rule>();
  return (type, field) => {
    const key = field === undefined ? type.name : `${type.name}.${field}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    const rule = find(type, field);
    found.set(key, rule);
    return rule;
  };
}

/** For fields of interfaces: what the types demand that clients do not know and an object of the interface may have. */
function behindInterfaces(
  schema: GraphQLSchema,
  { links, fields }: { readonly links: Links; readonly fields: Rules },
): Rules {
  const found = new Map<string, AuthorizationRule>();
  const isHidden = ({ astNode }: GraphQLObjectType): boolean =>
    astNode?.directives?.some(({ name }) => links.directive(name.value).name === 'inaccessible') === true;
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isInterfaceType(type)) continue;
    const hidden = schema.getPossibleTypes(type).filter(isHidden);
    if (hidden.length === 0) continue;
    for (const field of Object.keys(type.getFields())) {
      const rule = joinRules(hidden.map(({ name }) => fields.get(`${name}.${field}`)));
      if (rule) found.set(`${type.name}.${field}`, rule);
    }
  }
  return found;
}
