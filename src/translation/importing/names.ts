/** Names of GraphQL and of federation, and of the scalars that imports define. */
const taken = new Set([
  'Query',
  'Mutation',
  'Subscription',
  'String',
  'Int',
  'Float',
  'Boolean',
  'ID',
  'Int64',
  'UInt64',
  'Bytes',
  'Timestamp',
  'Duration',
  'JSON',
  'FieldSet',
]);

/** Gives everything that is called something by a service a name of GraphQL's, the same in each run. */
export class Names {
  readonly #given = new Map<string, string>();
  readonly #used = new Set<string>(taken);

  /** The name of a type; of wishes the first that nobody has, else the last with a number. `key` is what is named. */
  type(key: string, wishes: readonly string[]): string {
    const known = this.#given.get(key);
    if (known !== undefined) return known;
    const plain = wishes.map(typeName);
    let name = plain.find((wish) => !this.#used.has(wish));
    for (let number = 2; name === undefined; number += 1) {
      const numbered = `${plain.at(-1)}${number}`;
      if (!this.#used.has(numbered)) name = numbered;
    }
    this.#used.add(name);
    this.#given.set(key, name);
    return name;
  }
}

/** `pet_owner` or `pet-owner` as `PetOwner`. */
export function typeName(text: string): string {
  const name = words(text).map(capital).join('');
  return safe(name === '' ? 'Type' : name);
}

/** `country_code` or `country-code` as `countryCode`; what is written so already stays as it is. */
export function fieldName(text: string): string {
  const [first = 'field', ...rest] = words(text);
  return safe(first.charAt(0).toLowerCase() + first.slice(1) + rest.map(capital).join(''));
}

/** A name of an enum value. */
export function valueName(text: string): string {
  const name = safe(words(text).join('_') || 'EMPTY');
  return ['true', 'false', 'null'].includes(name) ? `${name}_` : name;
}

function words(text: string): string[] {
  return text
    .normalize('NFKD')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** A name begins with no digit. */
function safe(name: string): string {
  return /^[A-Za-z]/.test(name) ? name : `_${name}`;
}
