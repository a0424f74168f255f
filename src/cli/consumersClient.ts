import type { AdminClient } from './adminClient.ts';

/** A key as the admin API shows it. */
export interface ShownKey {
  readonly id: string;
  readonly state: string;
  readonly author: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

export interface ShownConsumer {
  readonly name: string;
  readonly plan: string | null;
  readonly scopes: readonly string[];
  readonly suspended: boolean;
  readonly keys: readonly ShownKey[];
}

export interface WantedKey {
  readonly consumer: string;
  readonly plan: string | undefined;
  readonly scopes: readonly string[] | undefined;
  readonly lifetimeSeconds: number | undefined;
}

export interface CreatedKey {
  readonly key: string;
  readonly id: string;
  readonly consumer: ShownConsumer;
}

/** What the admin API does with consumers and their keys. */
export interface ConsumersClient {
  list(name: string | undefined): Promise<readonly ShownConsumer[]>;
  createKey(wanted: WantedKey): Promise<CreatedKey>;
  /** One key, or all of the consumer's. */
  revokeKeys(name: string, id: string | undefined): Promise<ShownConsumer>;
  suspend(name: string): Promise<ShownConsumer>;
  resume(name: string): Promise<ShownConsumer>;
}

const fields = 'name plan scopes suspended keys { id state author createdAt expiresAt }';

const listQuery = `query consumers($name: String) { consumers(name: $name) { ${fields} } }`;
const createQuery = `mutation create($consumer: String!, $plan: String, $scopes: [String!], $lifetimeSeconds: Int, $author: String) {
  created: createKey(consumer: $consumer, plan: $plan, scopes: $scopes, lifetimeSeconds: $lifetimeSeconds, author: $author) {
    key id consumer { ${fields} }
  }
}`;
const revokeQuery = `mutation revoke($name: String!, $id: ID, $author: String) {
  consumer: revokeKeys(consumer: $name, id: $id, author: $author) { ${fields} }
}`;
const stateQuery = (field: 'suspendConsumer' | 'resumeConsumer') =>
  `mutation change($name: String!, $author: String) {
  consumer: ${field}(name: $name, author: $author) { ${fields} }
}`;

/** `env` says who makes the changes, where no token does. */
export function createConsumersClient(client: AdminClient, env: NodeJS.ProcessEnv): ConsumersClient {
  const author = env.USER ?? env.USERNAME;
  const change = async (query: string, variables: object) =>
    (await client.ask<{ consumer: ShownConsumer }>(query, { ...variables, author })).consumer;
  return {
    list: async (name) =>
      (await client.ask<{ consumers: readonly ShownConsumer[] }>(listQuery, { name })).consumers,
    createKey: async (wanted) =>
      (await client.ask<{ created: CreatedKey }>(createQuery, { ...wanted, author })).created,
    revokeKeys: (name, id) => change(revokeQuery, { name, id }),
    suspend: (name) => change(stateQuery('suspendConsumer'), { name }),
    resume: (name) => change(stateQuery('resumeConsumer'), { name }),
  };
}
