import {
  countries as countriesByCode,
  getEmojiFlag,
  type ICountry,
  languages as languagesByCode,
  type TCountryCode,
} from 'countries-list';
import { currencies as currenciesByCode } from 'countries-list/currencies';
import { pageSize } from '../pageSize.ts';
import { serve } from '../serve.ts';

interface Country extends ICountry {
  readonly code: TCountryCode;
}

interface CurrencyReference {
  readonly code: string;
}

const byName = Object.entries(countriesByCode)
  .map(([code, country]): Country => ({ ...country, code: code as TCountryCode }))
  .sort((a, b) => a.name.localeCompare(b.name, 'en'));
const byCode = new Map<string, Country>(byName.map((country) => [country.code, country]));
const byContinent = Map.groupBy(byName, (country) => country.continent);

// Currencies that no country pays with (gold, for one) are known too: their list is empty, not missing.
const byCurrency = new Map<string, Country[]>(Object.keys(currenciesByCode).map((code) => [code, []]));
for (const country of byName) {
  for (const code of country.currency) byCurrency.get(code)?.push(country);
}

const currencyReference = (code: string): CurrencyReference => ({ code });

serve({
  name: 'countries',
  defaultPort: 4101,
  schema: new URL('./schema.graphql', import.meta.url),
  resolvers: {
    Query: {
      countries(_, { continent, first }: { continent?: Country['continent'] | null; first?: number | null }) {
        const found = continent ? (byContinent.get(continent) ?? []) : byName;
        return found.slice(0, pageSize(first, byName.length));
      },
      country: (_, { code }: { code: string }) => byCode.get(code.toUpperCase()) ?? null,
    },
    Country: {
      __resolveReference: ({ code }: { code: string }) => byCode.get(code) ?? null,
      capital: ({ capital }: Country) => capital || null,
      languages: (country: Country) => country.languages.map((code) => ({ code, ...languagesByCode[code] })),
      currency: ({ currency: [first] }: Country) => (first ? currencyReference(first) : null),
      currencies: ({ currency }: Country) => currency.map(currencyReference),
      emoji: ({ code }: Country) => getEmojiFlag(code),
    },
    Language: {
      rtl: ({ rtl }: { rtl?: number }) => rtl === 1,
    },
    Currency: {
      __resolveReference: ({ code }: CurrencyReference) => (byCurrency.has(code) ? { code } : null),
      countries: ({ code }: CurrencyReference) => byCurrency.get(code) ?? [],
    },
  },
});
