import { type CurrencyCodeRecord, data } from 'currency-codes';
import { pageSize } from '../pageSize.ts';
import { serve } from '../serve.ts';

/** The currencies as a GraphQL server: for tests, and for gateways that join nothing else. */
const byCode = new Map(data.map((currency) => [currency.code, currency]));

serve({
  name: 'currencies',
  defaultPort: 4104,
  schema: new URL('./schema.graphql', import.meta.url),
  resolvers: {
    Query: {
      currencies: (_, { first }: { first?: number | null }) => data.slice(0, pageSize(first, data.length)),
      currency: (_, { code }: { code: string }) => byCode.get(code.toUpperCase()) ?? null,
    },
    Currency: {
      __resolveReference: ({ code }: { code: string }) => byCode.get(code) ?? null,
      name: ({ currency }: CurrencyCodeRecord) => currency,
    },
  },
});
