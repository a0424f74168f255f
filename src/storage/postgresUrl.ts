/** Where a Postgres is, and how it is reached. */
export interface PostgresTarget {
  /** A name, an address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | null;
  readonly database: string;
  /** As libpq means them; null when the URL does not say. */
  readonly sslMode: SslMode | null;
  /** The path of a file with the certificates of those who may vouch for the server; null for those Node knows. */
  readonly rootCertificate: string | null;
}

export type SslMode = (typeof sslModes)[number];

/** Not `allow` and `prefer`: they would send everything in the clear as soon as somebody in between wishes so. */
const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
const parameters = ['host', 'sslmode', 'sslrootcert'];
const form = 'postgres://USER:PASSWORD@HOST:PORT/DATABASE';

/**
 * Reads `postgres://user:password@host:5432/database?sslmode=verify-full`. Throws an Error that says what was expected and repeats
 * nothing: what looks like a host or a parameter may be the rest of a password that should have been percent-encoded.
 */
export function postgresUrl(url: string): PostgresTarget {
  if (!URL.canParse(url))
    throw new Error(`expected ${form}; what is special in a password, such as / is %2F`);
  const parsed = new URL(url);
  const { searchParams } = parsed;
  const database = decoded(parsed.pathname.slice(1));
  const sslMode = searchParams.get('sslmode');
  const host = searchParams.get('host') ?? decoded(parsed.hostname).replace(/^\[(.*)\]$/, '$1');
  if (parsed.hash !== '' || /[/@]/.test(database))
    throw new Error(`expected ${form} with one name of a database; in a password / is %2F and # is %23`);
  if ([...searchParams.keys()].some((name) => !parameters.includes(name)))
    throw new Error(`expected no other parameters than ${parameters.join(', ')}; in a password ? is %3F`);
  if (parsed.username === '' || host === '' || database === '')
    throw new Error(`expected ${form}; user, host and database are needed`);
  if (sslMode !== null && !isSslMode(sslMode)) throw new Error(`expected sslmode to be ${listed(sslModes)}`);
  return {
    host,
    port: Number(parsed.port || 5432),
    user: decoded(parsed.username),
    password: parsed.password === '' ? null : decoded(parsed.password),
    database,
    sslMode,
    rootCertificate: searchParams.get('sslrootcert'),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(`expected ${form}, percent-encoded: a % itself is %25`);
  }
}

function isSslMode(mode: string): mode is SslMode {
  return sslModes.some((each) => each === mode);
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
