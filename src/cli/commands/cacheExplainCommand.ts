import type { Command } from 'commander';
import { cacheText, type ShownFetch } from '../cacheText.ts';
import type { CliContext } from '../cliContext.ts';
import { cliFailure } from '../cliFailure.ts';
import { ownAddress } from '../ownAddress.ts';
import { postJson } from '../postJson.ts';
import { readText } from '../readText.ts';
import { wrongUsage } from '../wrongUsage.ts';

interface CacheExplainOptions {
  readonly operation?: string;
  readonly variables?: string;
  readonly header: readonly string[];
  readonly endpoint?: string;
  readonly token?: string;
  readonly config?: string;
  readonly json?: boolean;
}

const timeoutMs = 60_000;
const defaultPort = 4000;
const defaultPath = '/graphql';

export function cacheExplainCommand(cache: Command, context: CliContext): void {
  cache
    .command('explain <file>')
    .summary('run a query and say what of it came from the cache, and why not the rest')
    .description(
      'Sends the query to the gateway as a client does and tells of each fetch whether it was a hit, how old that is, why something may not be kept, and what the keys are made of. The token has to hold the debug scope (request.debugScope).',
    )
    .option('--operation <name>', 'which operation of the file, where it holds several')
    .option('--variables <json>', 'its variables')
    .option(
      '--header <header>',
      'a header to send, such as "accept-language: de"; may be repeated',
      added,
      [],
    )
    .option(
      '--endpoint <url>',
      'where queries are sent (default: PORT, server of the configuration, or http://127.0.0.1:4000/graphql)',
    )
    .option('--token <token>', 'the bearer token of a client (default: SLUICE_TOKEN)')
    .option('--config <file>', 'the configuration that says where the gateway is (default: supergraph.yaml)')
    .option('--json', 'write what the gateway tells as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ sluice cache explain query.graphql --token "$(sluice token --scopes sluice:debug)"
  $ echo '{ countries { name } }' | sluice cache explain - --header "accept-language: de"`,
    )
    .action((file: string, options: CacheExplainOptions) => explain(file, options, context));
}

function added(header: string, others: readonly string[]): readonly string[] {
  return [...others, header];
}

async function explain(file: string, options: CacheExplainOptions, context: CliContext): Promise<void> {
  const { terminal } = context;
  const query = await readText(file, context);
  const body = JSON.stringify({
    query,
    operationName: options.operation,
    variables: variablesOf(options.variables),
  });
  const endpoint = await endpointOf(options, context);
  const asked = {
    body,
    headers: headersOf(options.header),
    token: options.token ?? (context.env.SLUICE_TOKEN || null),
  };
  const { text, headers } = await terminal.waitFor('Asking', send(endpoint, asked));
  const { errors = [], extensions } = resultOf(text, endpoint);
  for (const { message } of errors) terminal.report(message);
  const fetches = extensions?.cache;
  if (!fetches) throw cliFailure(errors.length > 0 ? 'It could not be answered.' : notTold);
  if (options.json) terminal.printJson(fetches);
  else terminal.print(cacheText(fetches, { cacheControl: headers['cache-control'] ?? null }));
}

const notTold =
  'The gateway tells nothing of its cache: the token (--token) has to hold the scope of request.debugScope, sluice:debug unless set otherwise; it is told of queries only, and where anything may be kept.';

interface Sent {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly token: string | null;
}

async function send(endpoint: string, { body, headers, token }: Sent) {
  const told: { headers: Readonly<Record<string, unknown>> } = { headers: {} };
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const text = await postJson(endpoint, {
      body,
      token,
      signal,
      headers: { ...headers, 'sluice-debug': 'cache' },
      onHead: (head) => {
        told.headers = head;
      },
    });
    return { text, headers: told.headers as Readonly<Record<string, string | undefined>> };
  } catch {
    throw cliFailure(`The gateway at ${endpoint} cannot be reached: say where it is with --endpoint URL.`);
  }
}

interface DebuggedResult {
  readonly errors?: readonly { readonly message: string }[];
  readonly extensions?: { readonly cache?: readonly ShownFetch[] };
}

function resultOf(text: string, endpoint: string): DebuggedResult {
  try {
    const result: unknown = JSON.parse(text);
    if (typeof result === 'object' && result !== null) return result;
  } catch {
    // Told below.
  }
  throw cliFailure(`What answers at ${endpoint} is not GraphQL: say where that is with --endpoint URL.`);
}

async function endpointOf({ endpoint, config }: CacheExplainOptions, context: CliContext): Promise<string> {
  if (endpoint === undefined) {
    const { PORT: envPort } = context.env;
    const { url, path = defaultPath } = await ownAddress(
      { section: 'server', port: defaultPort, envPort, config },
      context,
    );
    return url + path;
  }
  if (URL.canParse(endpoint) && /^https?:\/\//i.test(endpoint)) return endpoint;
  throw wrongUsage(
    `--endpoint is ${JSON.stringify(endpoint)}; it has to be a URL such as http://127.0.0.1:4000/graphql.`,
  );
}

function variablesOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw wrongUsage(`--variables is ${JSON.stringify(text)}; it has to be JSON such as {"code":"CH"}.`);
  }
}

function headersOf(written: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    written.map((header) => {
      const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(header) ?? [];
      if (name === undefined || value === undefined)
        throw wrongUsage(
          `--header is ${JSON.stringify(header)}; it has to be one such as "accept-language: de".`,
        );
      return [name, value];
    }),
  );
}
