import { askForHealth } from '../askForHealth.ts';
import type { Checking } from '../transport.ts';

/** Whether a GraphQL server answers the smallest operation there is. */
export async function isWell(checking: Checking): Promise<boolean> {
  const { path } = checking.target;
  const { status, text } = await askForHealth({
    ...checking,
    method: 'POST',
    path,
    body: '{"query":"{ __typename }"}',
  });
  return status >= 200 && status <= 299 && hasData(text);
}

function hasData(text: string): boolean {
  const parsed: unknown = JSON.parse(text);
  return Boolean((parsed as { data?: { __typename?: unknown } } | null)?.data?.__typename);
}
