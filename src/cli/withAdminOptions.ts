import type { Command } from 'commander';
import type { AdminTargetOptions } from './adminTarget.ts';

export interface AdminCommandOptions extends AdminTargetOptions {
  readonly json?: boolean;
}

/** The options that every client of the admin API has, behind those of its own. */
export function withAdminOptions(command: Command): Command {
  return command
    .option('--json', 'write the result as JSON')
    .option(
      '--admin <url>',
      'where the admin is (default: ADMIN_PORT, admin.port of the configuration, or http://127.0.0.1:4100)',
    )
    .option('--token <token>', 'the admin token, where the admin wants one (default: SLUICE_ADMIN_TOKEN)')
    .option('--config <file>', 'the configuration that says where the admin is (default: supergraph.yaml)');
}
