import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { durationOption } from '../durationOption.ts';
import { counted } from '../reportLines.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { table } from '../table.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';

interface ShownKey {
  readonly id: string;
  readonly state: string;
  readonly author: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

interface ShownConsumer {
  readonly name: string;
  readonly plan: string | null;
  readonly scopes: readonly string[];
  readonly suspended: boolean;
  readonly keys: readonly ShownKey[];
}

interface CreateOptions extends AdminCommandOptions {
  readonly plan?: string;
  readonly scopes?: string;
  readonly expires?: string;
}

interface RevokeOptions extends AdminCommandOptions {
  readonly key?: string;
}

const consumerFields = 'name plan scopes suspended keys { id state author createdAt expiresAt }';

const createQuery = `mutation create($consumer: String!, $plan: String, $scopes: [String!], $lifetimeSeconds: Int, $author: String) {
  created: createKey(consumer: $consumer, plan: $plan, scopes: $scopes, lifetimeSeconds: $lifetimeSeconds, author: $author) {
    key id consumer { ${consumerFields} }
  }
}`;
const listQuery = `query consumers($name: String) { consumers(name: $name) { ${consumerFields} } }`;
const revokeQuery = `mutation revoke($name: String!, $id: ID, $author: String) {
  consumer: revokeKeys(consumer: $name, id: $id, author: $author) { ${consumerFields} }
}`;
const stateQuery = (
  field: 'suspendConsumer' | 'resumeConsumer',
) => `mutation change($name: String!, $author: String) {
  consumer: ${field}(name: $name, author: $author) { ${consumerFields} }
}`;

export function keysCommand(program: Command, context: CliContext): void {
  const keys = program
    .command('keys')
    .summary('API keys of consumers: create, list, suspend, resume, revoke')
    .description(
      'Manages the API keys that consumers send as x-api-key. To renew one: create a second, then revoke the first.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice keys create acme --plan gold --scopes "trips:read trips:write" --expires 90d
  $ sluice keys list acme
  $ sluice keys revoke acme --key 3xAmpl3K3y1d`,
    );
  createCommand(keys, context);
  listCommand(keys, context);
  revokeCommand(keys, context);
  stateCommand(keys, context, {
    name: 'suspend',
    description: 'Refuses all keys of a consumer until it is resumed.',
    query: stateQuery('suspendConsumer'),
    done: 'is suspended',
  });
  stateCommand(keys, context, {
    name: 'resume',
    description: 'Takes the keys of a suspended consumer again.',
    query: stateQuery('resumeConsumer'),
    done: 'is resumed',
  });
}

function createCommand(keys: Command, context: CliContext): void {
  const { terminal, env } = context;
  withAdminOptions(
    keys
      .command('create <consumer>')
      .description(
        "Creates a key and prints it, this once; plan and scopes are the consumer's, for all its keys.",
      )
      .option('--plan <plan>', "the consumer's plan (default: the one it has)")
      .option('--scopes <scopes>', 'what it may do, with spaces between (default: what it may now)')
      .option('--expires <duration>', 'how long the key is good, such as 90d (default: until it is revoked)'),
  ).action(async (consumer: string, options: CreateOptions) => {
    const { plan, scopes, expires } = options;
    const lifetimeMs = expires === undefined ? null : await durationOption('--expires', expires);
    await runAdminCommand({ context, options }, async (client) => {
      const { created } = await client.ask<{ created: { key: string; id: string; consumer: ShownConsumer } }>(
        createQuery,
        {
          consumer,
          plan,
          scopes: scopes?.split(' ').filter((scope) => scope !== ''),
          lifetimeSeconds: lifetimeMs === null ? undefined : Math.ceil(lifetimeMs / 1000),
          author: env.USER ?? env.USERNAME,
        },
      );
      if (options.json) return terminal.printJson(created);
      terminal.print(created.key);
      terminal.report(`This is key ${created.id} of ${consumer}; it is not shown again.`);
    });
  });
}

function listCommand(keys: Command, context: CliContext): void {
  withAdminOptions(
    keys.command('list [consumer]').description('Lists consumers and their keys, newest first.'),
  ).action((name: string | undefined, options: AdminCommandOptions) =>
    runAdminCommand({ context, options }, async (client) => {
      const { consumers } = await client.ask<{ consumers: readonly ShownConsumer[] }>(listQuery, { name });
      if (options.json) return context.terminal.printJson(consumers);
      const rows = consumers.flatMap(rowsOf);
      if (rows.length === 0) return context.terminal.print('There is no key yet.');
      context.terminal.print(
        table([['CONSUMER', 'PLAN', 'SCOPES', 'KEY', 'STATE', 'CREATED', 'EXPIRES', 'AUTHOR'], ...rows]),
      );
    }),
  );
}

function revokeCommand(keys: Command, context: CliContext): void {
  withAdminOptions(
    keys
      .command('revoke <consumer>')
      .description('Ends all keys of a consumer for good, or the one that is named.')
      .option('--key <id>', 'only this one, as `sluice keys list` names it'),
  ).action((name: string, options: RevokeOptions) =>
    runAdminCommand({ context, options }, async (client) => {
      const variables = { name, id: options.key, author: context.env.USER ?? context.env.USERNAME };
      const { consumer } = await client.ask<{ consumer: ShownConsumer }>(revokeQuery, variables);
      if (options.json) return context.terminal.printJson(consumer);
      const live = consumer.keys.filter(({ state }) => state === 'ACTIVE').length;
      const ended = options.key === undefined ? 'All keys' : `Key ${options.key}`;
      context.terminal.print(`${ended} of ${name} revoked; it has ${counted(live, 'live key')}.`);
    }),
  );
}

interface StateCommand {
  readonly name: string;
  readonly description: string;
  readonly query: string;
  readonly done: string;
}

function stateCommand(
  keys: Command,
  context: CliContext,
  { name, description, query, done }: StateCommand,
): void {
  withAdminOptions(keys.command(`${name} <consumer>`).description(description)).action(
    (consumerName: string, options: AdminCommandOptions) =>
      runAdminCommand({ context, options }, async (client) => {
        const variables = { name: consumerName, author: context.env.USER ?? context.env.USERNAME };
        const { consumer } = await client.ask<{ consumer: ShownConsumer }>(query, variables);
        if (options.json) context.terminal.printJson(consumer);
        else context.terminal.print(`${consumerName} ${done}.`);
      }),
  );
}

function rowsOf({ name, plan, scopes, suspended, keys }: ShownConsumer): string[][] {
  return keys.map(({ id, state, createdAt, expiresAt, author }) => [
    name,
    plan ?? '-',
    scopes.join(' ') || '-',
    id,
    suspended && state === 'ACTIVE' ? 'suspended' : state.toLowerCase(),
    createdAt,
    expiresAt ?? 'never',
    author,
  ]);
}
