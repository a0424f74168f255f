import type { Command } from 'commander';

export interface SchemaCommandOptions {
  readonly schema?: string;
  readonly proto?: string;
  readonly openapi?: string;
  readonly reflect?: string;
  readonly mapping?: string;
  readonly include?: readonly string[];
  readonly print?: boolean;
}

/** The options that say where a subgraph's schema comes from. */
export function withSchemaOptions(command: Command): Command {
  return command
    .option('--schema <file>', 'its schema, or - for standard input (default: the subgraph is asked for it)')
    .option('--proto <file>', 'the .proto file of a gRPC service, in the place of a schema')
    .option(
      '--openapi <file>',
      'the OpenAPI document of a REST service, a file or URL, in the place of a schema',
    )
    .option(
      '--reflect <url>',
      'a gRPC service that tells its .proto files by server reflection, in the place of a schema',
    )
    .option(
      '--mapping <file>',
      'SDL over what is made of --proto, --openapi or --reflect: names, keys, entities',
    )
    .option('--include <folder...>', 'folders that --proto or --openapi may take other files from')
    .option('--print', 'only print the schema that is made of --proto, --openapi or --reflect');
}
