/**
 * The data behind all four subgraphs: 9 products and 6 users as the known federation benchmark has them, then a
 * catalogue of 1,000 products with 6 reviews each. Always the same, so that runs can be compared.
 */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly birthday: number;
}

export interface Product {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
  readonly description: string;
  readonly inStock: boolean;
  readonly warehouse: string;
}

export interface Review {
  readonly id: string;
  readonly body: string;
  readonly stars: number;
  readonly author: User;
  readonly product: Product;
}

/** How many users and products the known benchmark has; its root fields answer these only. */
export const knownUsers = 6;

const productNames = ['Table', 'Couch', 'Glass', 'Chair', 'TV', 'Lamp', 'Grill', 'Fridge', 'Sofa'];
const prices = [899, 1299, 15, 499, 1299, 6999, 3999, 100000, 9999];
const weights = [100, 1000, 20, 100, 1000, 300, 2000, 6000, 800];
const userNames = [
  'Uri Goldshtein',
  'Dotan Simha',
  'Kamil Kisiela',
  'Arda Tanrikulu',
  'Gil Gardosh',
  'Laurin',
];
/** Which of the known products each known review is about, and by whom; they make the answer of `big` 88 KB long. */
const knownReviews = Array.from({ length: 26 }, (_, index) => [(index * 5) % 7, index % knownUsers] as const);
const catalogueSize = 1000;
const memberCount = 300;
const sentence =
  'It arrived on time, it is as it was described, and I would buy it again for the same price. ';

export const users: readonly User[] = Array.from({ length: memberCount }, (_, index) => ({
  id: `u${index + 1}`,
  name: userNames[index] ?? `Member ${index + 1}`,
  username: (userNames[index] ?? `member ${index + 1}`).toLowerCase().replaceAll(' ', '.'),
  birthday: 1950 + (index % 60),
}));

export const products: readonly Product[] = Array.from({ length: catalogueSize }, (_, index) => ({
  upc: `p${index + 1}`,
  name: productNames[index] ?? `Article ${index + 1}`,
  price: prices[index] ?? 10 + ((index * 37) % 2000),
  weight: weights[index] ?? 5 + ((index * 53) % 900),
  description: `Article ${index + 1}: ${sentence.repeat(5)}`,
  inStock: index % 3 !== 1,
  warehouse: `Hall ${(index % 7) + 1}`,
}));

export const reviews: readonly Review[] = [
  ...knownReviews.map(([product, author], index) =>
    review(index, { product, author, body: `${index % 2 ? 'Prefer something else.' : 'Love it!'}` }),
  ),
  ...Array.from({ length: (catalogueSize - productNames.length) * 6 }, (_, index) =>
    review(knownReviews.length + index, {
      product: productNames.length + Math.floor(index / 6),
      author: knownUsers + ((index * 31) % (memberCount - knownUsers)),
      body: `${sentence}Review ${index + 1}.`,
    }),
  ),
];

export const usersById = new Map(users.map((user) => [user.id, user]));
export const productsByUpc = new Map(products.map((product) => [product.upc, product]));
export const reviewsById = new Map(reviews.map((review) => [review.id, review]));
export const reviewsByProduct = Map.groupBy(reviews, ({ product }) => product.upc);
export const reviewsByAuthor = Map.groupBy(reviews, ({ author }) => author.id);

function review(index: number, given: { product: number; author: number; body: string }): Review {
  const author = users[given.author];
  const product = products[given.product];
  if (!author || !product) throw new Error(`Review ${index} has no author or product.`);
  return { id: `r${index + 1}`, body: given.body, stars: 1 + (index % 5), author, product };
}
