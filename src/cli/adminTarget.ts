import type { AdminTarget } from './adminClient.ts';
import type { CliContext } from './cliContext.ts';
import { ownAddress } from './ownAddress.ts';
import { wrongUsage } from './wrongUsage.ts';

export interface AdminTargetOptions {
  readonly admin?: string;
  readonly token?: string;
  readonly config?: string;
}

const defaultPort = 4100;

/** Where the admin is: `--admin`, else ADMIN_PORT, else `admin` of supergraph.yaml, else its default. */
export async function adminTarget(options: AdminTargetOptions, context: CliContext): Promise<AdminTarget> {
  const token = options.token ?? (context.env.SLUICE_ADMIN_TOKEN || null);
  if (options.admin !== undefined) return { url: checkedUrl(options.admin), token };
  const { ADMIN_PORT: envPort } = context.env;
  const { config } = options;
  const { url } = await ownAddress({ section: 'admin', port: defaultPort, envPort, config }, context);
  return { url, token };
}

function checkedUrl(url: string): string {
  if (URL.canParse(url) && /^https?:\/\//i.test(url)) return url;
  throw wrongUsage(`--admin is ${JSON.stringify(url)}; it has to be a URL such as http://127.0.0.1:4100.`);
}
