import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { type ConsumersClient, createConsumersClient, type ShownConsumer } from '../consumersClient.ts';
import { durationOption } from '../durationOption.ts';
import { counted } from '../reportLines.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { table } from '../table.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';

interface CreateOptions extends AdminCommandOptions {
  readonly plan?: string;
  readonly scopes?: string;
  readonly expires?: string;
}

interface RevokeOptions extends AdminCommandOptions {
  readonly key?: string;
}

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
    done: 'is suspended',
  });
  stateCommand(keys, context, {
    name: 'resume',
    description: 'Takes the keys of a suspended consumer again.',
    done: 'is resumed',
  });
}

function askConsumers(
  context: CliContext,
  options: AdminCommandOptions,
  work: (consumers: ConsumersClient) => Promise<void>,
): Promise<void> {
  return runAdminCommand({ context, options }, (client) => work(createConsumersClient(client, context.env)));
}

function createCommand(keys: Command, context: CliContext): void {
  const { terminal } = context;
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
    const { plan, expires } = options;
    const scopes = options.scopes?.split(' ').filter((scope) => scope !== '');
    const lifetimeMs = expires === undefined ? null : await durationOption('--expires', expires);
    const lifetimeSeconds = lifetimeMs === null ? undefined : Math.ceil(lifetimeMs / 1000);
    await askConsumers(context, options, async (consumers) => {
      const created = await consumers.createKey({ consumer, plan, scopes, lifetimeSeconds });
      if (options.json) return terminal.printJson(created);
      terminal.print(created.key);
      terminal.report(`This is key ${created.id} of ${consumer}; it is not shown again.`);
    });
  });
}

function listCommand(keys: Command, context: CliContext): void {
  const { terminal } = context;
  withAdminOptions(
    keys.command('list [consumer]').description('Lists consumers and their keys, newest first.'),
  ).action((name: string | undefined, options: AdminCommandOptions) =>
    askConsumers(context, options, async (consumers) => {
      const listed = await consumers.list(name);
      if (options.json) return terminal.printJson(listed);
      const rows = listed.flatMap(rowsOf);
      if (rows.length === 0) return terminal.print('There is no key yet.');
      terminal.print(
        table([['CONSUMER', 'PLAN', 'SCOPES', 'KEY', 'STATE', 'CREATED', 'EXPIRES', 'AUTHOR'], ...rows]),
      );
    }),
  );
}

function revokeCommand(keys: Command, context: CliContext): void {
  const { terminal } = context;
  withAdminOptions(
    keys
      .command('revoke <consumer>')
      .description('Ends all keys of a consumer for good, or the one that is named.')
      .option('--key <id>', 'only this one, as `sluice keys list` names it'),
  ).action((name: string, options: RevokeOptions) =>
    askConsumers(context, options, async (consumers) => {
      const consumer = await consumers.revokeKeys(name, options.key);
      if (options.json) return terminal.printJson(consumer);
      const live = consumer.keys.filter(({ state }) => state === 'ACTIVE').length;
      const ended = options.key === undefined ? 'All keys' : `Key ${options.key}`;
      terminal.print(`${ended} of ${name} revoked; it has ${counted(live, 'live key')}.`);
    }),
  );
}

interface StateCommand {
  readonly name: 'suspend' | 'resume';
  readonly description: string;
  readonly done: string;
}

function stateCommand(keys: Command, context: CliContext, { name, description, done }: StateCommand): void {
  withAdminOptions(keys.command(`${name} <consumer>`).description(description)).action(
    (consumerName: string, options: AdminCommandOptions) =>
      askConsumers(context, options, async (consumers) => {
        const consumer = await consumers[name](consumerName);
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
