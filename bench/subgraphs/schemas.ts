/** The four subgraphs of the known federation benchmark, with arguments for windows added. */
const link = (names: string) => `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [${names}])
`;

export const subgraphNames = ['accounts', 'inventory', 'products', 'reviews'] as const;

export type SubgraphName = (typeof subgraphNames)[number];

export const subgraphSchemas: Readonly<Record<SubgraphName, string>> = {
  accounts: `${link('"@key", "@shareable"')}
    type Query {
      me: User
      user(id: ID!): User
      users: [User]
      members(offset: Int = 0, first: Int = 20): [User!]!
    }
    type User @key(fields: "id") {
      id: ID!
      name: String
      username: String @shareable
      birthday: Int
    }`,
  inventory: `${link('"@key", "@external", "@requires"')}
    type Product @key(fields: "upc") {
      upc: String!
      weight: Int @external
      price: Int @external
      inStock: Boolean
      warehouse: String
      shippingEstimate: Int @requires(fields: "price weight")
    }`,
  products: `${link('"@key"')}
    type Query {
      topProducts(first: Int = 5): [Product]
      product(upc: String!): Product
      catalogue(offset: Int = 0, first: Int = 20): [Product!]!
    }
    type Product @key(fields: "upc") {
      upc: String!
      name: String
      price: Int
      weight: Int
      description: String
    }`,
  reviews: `${link('"@key", "@external", "@provides", "@shareable"')}
    type Query {
      review(id: ID!): Review
      latestReviews(offset: Int = 0, first: Int = 10): [Review!]!
    }
    type Review @key(fields: "id") {
      id: ID!
      body: String
      stars: Int
      author: User @provides(fields: "username")
      product: Product
    }
    type User @key(fields: "id") {
      id: ID!
      username: String @external
      reviews(offset: Int = 0, first: Int = 50): [Review]
    }
    type Product @key(fields: "upc") {
      upc: String!
      reviews(offset: Int = 0, first: Int = 50): [Review]
      rating: Float
    }`,
};
