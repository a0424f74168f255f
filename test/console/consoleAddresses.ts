import { askAdmin } from '../support/adminClient.ts';
import type { TestGateway } from '../support/startTestGateway.ts';

/** Every page of the console by a name, with an address of something that is there. */
export async function consoleAddresses(
  gateway: Pick<TestGateway, 'adminUrl'>,
): Promise<ReadonlyMap<string, string>> {
  const asked = `{
    usage(lastSeconds: 3600) { operation(id: "CountryPage") { operation { id } } }
    explanations(first: 500) { requestId operations }
  }`;
  const { usage, explanations } = await askAdmin<{
    usage: { operation: { operation: { id: string } } };
    explanations: { requestId: string; operations: string[] }[];
  }>(gateway, asked);
  const explained =
    explanations.find(({ operations }) => operations.includes('CountryPage')) ?? explanations[0];
  return new Map([
    ['overview', '#/overview'],
    ['overview-hour', '#/overview?window=1h'],
    ['operations', '#/operations'],
    ['operation', `#/operations/${usage.operation.operation.id}`],
    ['schema', '#/schema/versions'],
    ['types', '#/schema/types/Country'],
    ['sdl', '#/schema/sdl'],
    ['publish', '#/schema/publish'],
    ['subgraphs', '#/subgraphs'],
    ['subgraph', '#/subgraphs/cities'],
    ['clients', '#/clients'],
    ['client', '#/clients/web'],
    ['consumer', '#/clients/consumers/acme'],
    ['requests', '#/requests'],
    ['request', `#/requests/${explained?.requestId}`],
    ['explorer', '#/explorer'],
    ['limits', '#/limits'],
    ['audit', '#/audit'],
  ]);
}
