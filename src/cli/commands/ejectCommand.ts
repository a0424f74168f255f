import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { durationOption } from '../durationOption.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';

const eject = `mutation eject($subgraph: String!, $instance: String!, $forSeconds: Float! = 300, $author: String) {
  ejected: ejectInstance(subgraph: $subgraph, instance: $instance, forSeconds: $forSeconds, author: $author) { until }
}`;
const readmit = `mutation readmit($subgraph: String!, $instance: String!, $author: String) {
  done: readmitInstance(subgraph: $subgraph, instance: $instance, author: $author) { readmitted }
}`;

interface NamedOptions extends AdminCommandOptions {
  readonly instance: string;
  readonly for?: string;
}

/** `eject` and `readmit`: what the gateway that is asked does with an instance, whoever told it of it. */
export function ejectCommand(instances: Command, context: CliContext): void {
  const author = context.env.USER ?? context.env.USERNAME;
  const named = '--instance <name>';
  withAdminOptions(
    instances
      .command('eject <subgraph>')
      .description('Has the gateway call an instance no more for a while; calls on their way end.')
      .requiredOption(named, 'its host and port, or its URL')
      .option('--for <duration>', 'how long (default: 5m)'),
  ).action(async (subgraph: string, options: NamedOptions) => {
    const { instance } = options;
    const forSeconds =
      options.for === undefined ? undefined : (await durationOption('--for', options.for)) / 1000;
    await runAdminCommand({ context, options }, async (client) => {
      const asked = { subgraph, instance, forSeconds, author };
      const { ejected } = await client.ask<{ ejected: { until: string } }>(eject, asked);
      if (options.json) return context.terminal.printJson(ejected);
      context.terminal.print(
        `${subgraph} at ${instance} gets no calls of this gateway until ${ejected.until}.`,
      );
    });
  });
  withAdminOptions(
    instances
      .command('readmit <subgraph>')
      .description('Has the gateway call an instance again that was ejected, by hand or for its failures.')
      .requiredOption(named, 'its host and port, or its URL'),
  ).action((subgraph: string, options: NamedOptions) =>
    runAdminCommand({ context, options }, async (client) => {
      const { instance } = options;
      const asked = { subgraph, instance, author };
      const { done } = await client.ask<{ done: { readmitted: boolean } }>(readmit, asked);
      if (options.json) return context.terminal.printJson(done);
      context.terminal.print(
        done.readmitted ? `${subgraph} at ${instance} is called again.` : 'It was not ejected.',
      );
    }),
  );
}
