import type { TestGateway } from './startTestGateway.ts';

/** Asks the admin API; throws what it refused. */
export async function askAdmin<Data>(
  gateway: Pick<TestGateway, 'adminUrl'>,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const response = await fetch(`${gateway.adminUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (errors || !data) throw new Error(errors?.map(({ message }) => message).join('\n') ?? 'No data');
  return data;
}

/** Publishes subgraphs as one version; gives its number. */
export async function publish(
  gateway: Pick<TestGateway, 'adminUrl'>,
  subgraphs: readonly { name: string; url: string; sdl: string }[],
  options: { allowBreaking?: boolean } = {},
): Promise<number> {
  const { publish: outcome } = await askAdmin<{ publish: { version: number } }>(
    gateway,
    `mutation ($subgraphs: [SubgraphInput!]!, $allowBreaking: Boolean!) {
       publish(subgraphs: $subgraphs, allowBreaking: $allowBreaking) { version }
     }`,
    { subgraphs, allowBreaking: options.allowBreaking ?? false },
  );
  return outcome.version;
}

/** Waits until `look` gives something, and fails after `withinMs`. */
export async function eventually<Value>(
  look: () => Promise<Value | null> | Value | null,
  withinMs = 60_000,
): Promise<Value> {
  const until = performance.now() + withinMs;
  for (;;) {
    const value = await look();
    if (value !== null) return value;
    if (performance.now() > until) throw new Error(`Nothing came within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Resolves when so many requests are in the gateway, which may take a busy machine a while. */
export async function requestsUnderWay(gateway: { adminUrl: string }, count: number): Promise<void> {
  await eventually(async () => {
    const metrics = await (await fetch(new URL('/metrics', gateway.adminUrl))).text();
    return metrics.includes(`\nhttp_server_active_requests ${count}\n`) ? true : null;
  });
}
