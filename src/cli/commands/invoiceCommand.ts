import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { cliFailure } from '../cliFailure.ts';
import { invoiceFields, invoiceText, type ShownInvoice } from '../invoiceText.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';
import { wrongUsage } from '../wrongUsage.ts';

interface InvoiceOptions extends AdminCommandOptions {
  readonly month?: string;
  readonly csv?: boolean;
}

const invoiceQuery = `query invoice($consumer: String!, $month: String) {
  invoice(consumer: $consumer, month: $month) { ${invoiceFields} operations { plan operation operations units } }
}`;
const csvQuery = `query invoice($consumer: String!, $month: String) {
  invoice(consumer: $consumer, month: $month) { csv }
}`;

export function invoiceCommand(program: Command, context: CliContext): void {
  withAdminOptions(
    program
      .command('invoice <consumer>')
      .summary('what a consumer owes for a month')
      .description('Says what a consumer owes for a month, line by line, and what it asked for it.')
      .option('--month <month>', 'such as 2026-01, by UTC (default: the current one, so far)')
      .option('--csv', 'write lines and totals as CSV'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice invoice acme
  $ sluice invoice acme --month 2026-01 --csv > acme.csv`,
    )
    .action(async (consumer: string, options: InvoiceOptions) => {
      const { month, csv, json } = options;
      if (csv && json) throw wrongUsage('Choose one of --csv and --json.');
      if (month !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
        throw wrongUsage(`--month is ${JSON.stringify(month)}; allowed: a month such as 2026-01.`);
      await runAdminCommand({ context, options }, async (client) => {
        const { terminal } = context;
        const query = csv ? csvQuery : invoiceQuery;
        const { invoice } = await client.ask<{ invoice: (ShownInvoice & { csv: string }) | null }>(query, {
          consumer,
          month,
        });
        if (!invoice)
          throw cliFailure(
            `${JSON.stringify(consumer)} was on no plan of billing.plans in ${month ?? 'this month'}: it owes nothing.`,
          );
        if (csv) terminal.print(invoice.csv.trimEnd());
        else if (json) terminal.printJson(invoice);
        else terminal.print(invoiceText(invoice));
      });
    });
}
