import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { durationOption } from '../durationOption.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { table } from '../table.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';
import { wrongUsage } from '../wrongUsage.ts';
import { ejectCommand } from './ejectCommand.ts';

interface ShownLease {
  readonly subgraph: string;
  readonly url: string;
  readonly weight: number;
  readonly zone: string | null;
  readonly author: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

interface NamedOptions extends AdminCommandOptions {
  readonly url: string;
}

interface AddOptions extends NamedOptions {
  readonly ttl?: string;
  readonly weight?: string;
  readonly zone?: string;
}

const fields = 'subgraph url weight zone author registeredAt expiresAt';
const addQuery = `mutation add($subgraph: String!, $url: String!, $weight: Float! = 1, $zone: String, $ttlSeconds: Float! = 30, $author: String) {
  lease: registerInstance(subgraph: $subgraph, url: $url, weight: $weight, zone: $zone, ttlSeconds: $ttlSeconds, author: $author) { ${fields} }
}`;
const renewQuery = `mutation renew($subgraph: String!, $url: String!, $ttlSeconds: Float) {
  lease: renewInstance(subgraph: $subgraph, url: $url, ttlSeconds: $ttlSeconds) { ${fields} }
}`;
const removeQuery = `mutation remove($subgraph: String!, $url: String!) {
  done: removeInstance(subgraph: $subgraph, url: $url) { removed }
}`;
const listQuery = `query list($subgraph: String) { instances(subgraph: $subgraph) { ${fields} } }`;

export function instancesCommand(program: Command, context: CliContext): void {
  const instances = program
    .command('instances')
    .summary('running copies of a subgraph: add, renew, remove, list, eject, readmit')
    .description(
      'Tells the gateways where copies of a subgraph run, for as long as a lease lasts; they are called beside its URL.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice instances add cities --url http://127.0.0.1:4202/graphql --ttl 30s --weight 2
  $ sluice instances renew cities --url http://127.0.0.1:4202/graphql
  $ sluice instances list
  $ sluice instances eject cities --instance 127.0.0.1:4202 --for 10m`,
    );
  addCommand(instances, context);
  renewCommand(instances, context);
  removeCommand(instances, context);
  listCommand(instances, context);
  ejectCommand(instances, context);
}

function addCommand(instances: Command, context: CliContext): void {
  withAdminOptions(
    instances
      .command('add <subgraph>')
      .description('Begins a lease for an instance; renew it before it ends.')
      .requiredOption('--url <url>', 'where the instance takes operations')
      .option('--ttl <duration>', 'how long it is called without a renewal (default: 30s)')
      .option('--weight <number>', "its share of the calls beside the others' (default: 1)")
      .option('--zone <zone>', 'where it runs, such as a data centre'),
  ).action(async (subgraph: string, options: AddOptions) => {
    const { url, zone } = options;
    const weight = options.weight === undefined ? undefined : await weightOption(options.weight);
    const variables = { subgraph, url, zone, weight, ...(await ttlOf(options)), author: authorIn(context) };
    await change(context, options, { query: addQuery, variables, done: 'is called' });
  });
}

function renewCommand(instances: Command, context: CliContext): void {
  withAdminOptions(
    instances
      .command('renew <subgraph>')
      .description('Lengthens the lease of an instance, from now.')
      .requiredOption('--url <url>', 'the one it was added with')
      .option('--ttl <duration>', 'for how long (default: as long as at first)'),
  ).action(async (subgraph: string, options: AddOptions) => {
    const variables = { subgraph, url: options.url, ...(await ttlOf(options)) };
    await change(context, options, { query: renewQuery, variables, done: 'is called' });
  });
}

function removeCommand(instances: Command, context: CliContext): void {
  withAdminOptions(
    instances
      .command('remove <subgraph>')
      .description('Ends the lease of an instance; calls on their way to it end as they would have.')
      .requiredOption('--url <url>', 'the one it was added with'),
  ).action((subgraph: string, options: NamedOptions) =>
    runAdminCommand({ context, options }, async (client) => {
      const { done } = await client.ask<{ done: { removed: boolean } }>(removeQuery, {
        subgraph,
        url: options.url,
      });
      const { removed } = done;
      if (options.json) return context.terminal.printJson({ removed });
      context.terminal.print(
        removed ? `${subgraph} at ${options.url} is called no more.` : 'There was no lease for it.',
      );
    }),
  );
}

function listCommand(instances: Command, context: CliContext): void {
  withAdminOptions(
    instances.command('list [subgraph]').description('Lists the leases that are in force.'),
  ).action((subgraph: string | undefined, options: AdminCommandOptions) =>
    runAdminCommand({ context, options }, async (client) => {
      const { instances: leases } = await client.ask<{ instances: readonly ShownLease[] }>(listQuery, {
        subgraph,
      });
      if (options.json) return context.terminal.printJson(leases);
      if (leases.length === 0) return context.terminal.print('No instance has a lease.');
      const heading = ['SUBGRAPH', 'URL', 'WEIGHT', 'ZONE', 'AUTHOR', 'EXPIRES'];
      context.terminal.print(table([heading, ...leases.map(rowOf)]));
    }),
  );
}

interface Change {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly done: string;
}

async function change(
  context: CliContext,
  options: AdminCommandOptions,
  { query, variables, done }: Change,
): Promise<void> {
  await runAdminCommand({ context, options }, async (client) => {
    const { lease } = await client.ask<{ lease: ShownLease }>(query, variables);
    if (options.json) return context.terminal.printJson(lease);
    context.terminal.print(`${lease.subgraph} at ${lease.url} ${done} until ${lease.expiresAt}.`);
  });
}

async function ttlOf({ ttl }: AddOptions): Promise<{ ttlSeconds?: number }> {
  return ttl === undefined ? {} : { ttlSeconds: (await durationOption('--ttl', ttl)) / 1000 };
}

async function weightOption(written: string): Promise<number> {
  const weight = Number(written);
  if (weight > 0 && Number.isFinite(weight)) return weight;
  throw wrongUsage(`--weight: found ${JSON.stringify(written)}; allowed: a number above 0`);
}

function authorIn({ env }: CliContext): string | undefined {
  return env.USER ?? env.USERNAME;
}

function rowOf({ subgraph, url, weight, zone, author, expiresAt }: ShownLease): string[] {
  return [subgraph, url, String(weight), zone ?? '-', author, expiresAt];
}
