import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import {
  knownUsers,
  type Product,
  products,
  productsByUpc,
  type Review,
  reviews,
  reviewsByAuthor,
  reviewsById,
  reviewsByProduct,
  type User,
  users,
  usersById,
} from './data.ts';
import type { SubgraphName } from './schemas.ts';

interface Window {
  readonly offset: number;
  readonly first: number;
}

/** Whose `_entities` is asked; null for the oracle, which has none. */
export interface ResolverContext {
  readonly subgraph: SubgraphName | null;
}

type Resolve = (source: never, args: never, context: ResolverContext) => unknown;
type Representation = Readonly<Record<string, unknown>> & { readonly __typename: string };

/** One set of functions for the subgraphs and for the oracle, which is all of them as one schema. */
const resolvers: Readonly<Record<string, Readonly<Record<string, Resolve>>>> = {
  Query: {
    me: () => users[0],
    user: (_, { id }: { id: string }) => usersById.get(id),
    users: () => users.slice(0, knownUsers),
    members: (_, { offset, first }: Window) => users.slice(offset, offset + first),
    topProducts: (_, { first }: Window) => products.slice(0, first),
    product: (_, { upc }: { upc: string }) => productsByUpc.get(upc),
    catalogue: (_, { offset, first }: Window) => products.slice(offset, offset + first),
    review: (_, { id }: { id: string }) => reviewsById.get(id),
    latestReviews: (_, { offset, first }: Window) => reviews.slice(offset, offset + first),
    _entities: (_, args: { representations: readonly Representation[] }, { subgraph }) =>
      args.representations.map((representation) => findEntity(representation, subgraph)),
  },
  User: {
    reviews: (user: User, window: Window) => cut(reviewsByAuthor.get(user.id), window),
  },
  Product: {
    reviews: (product: Product, window: Window) => cut(reviewsByProduct.get(product.upc), window),
    rating: ({ upc }: Product) => average((reviewsByProduct.get(upc) ?? []).map(({ stars }) => stars)),
    shippingEstimate: ({ price, weight }: Product) => (price > 1000 ? 0 : Math.round(weight * 0.5)),
  },
};

/** Attaches the functions to a schema that was built from SDL. */
export function addResolvers(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = resolvers[type.name]?.[field.name];
      field.resolve = (resolve as GraphQLFieldResolver<unknown, unknown> | undefined) ?? defaultFieldResolver;
    }
  }
  return schema;
}

function findEntity(representation: Representation, subgraph: SubgraphName | null): object | null {
  const { __typename, id, upc, price, weight } = representation;
  if (__typename === 'User') return named(__typename, usersById.get(String(id)));
  if (__typename === 'Review') return named(__typename, reviewsById.get(String(id)));
  const found = named(__typename, productsByUpc.get(String(upc)));
  // What a gateway sends for `@requires` is used, not what is known here: a wrong representation has to show.
  return found && subgraph === 'inventory' ? { ...found, price, weight } : found;
}

function named(__typename: string, found: object | undefined): object | null {
  return found ? { __typename, ...found } : null;
}

function cut(list: readonly Review[] | undefined, { offset, first }: Window): readonly Review[] {
  return (list ?? []).slice(offset, offset + first);
}

function average(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
