import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  adminMigrations,
  adminOptions,
  createAdmin,
  createConsoleFiles,
  createLiveFeed,
  fetchSdl,
} from '../../src/admin/admin.ts';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { billingOptions, createBilling } from '../../src/billing/billing.ts';
import { createIdentity, identityMigrations, identityOptions } from '../../src/identity/identity.ts';
import type { LeveledLog } from '../../src/model/log.ts';
import type { SupergraphSource } from '../../src/model/supergraph.ts';
import { createLogLevelControl } from '../../src/observability/observability.ts';
import { createPlanning, planningOptions } from '../../src/planning/planning.ts';
import { createRegistry, registryMigrations, registryOptions } from '../../src/registry/registry.ts';
import { createStoreThread, openStorage, storageOptions } from '../../src/storage/storage.ts';
import { lendThread } from '../support/lendThread.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON. */
  readonly json: {
    data?: Record<string, unknown>;
    errors?: Array<{ message: string; extensions: Record<string, unknown> }>;
  };
}

/** What was answered; fails where nothing was. */
export function dataOf<Data>({ json, text }: Answer): Data {
  if (!json.data) throw new Error(`There is no data: ${text}`);
  return json.data as Data;
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

export interface TestAdmin {
  readonly url: string;
  readonly logged: unknown[];
  /** The lines about changes. */
  readonly changesLogged: unknown[];
  reconfigure(settings: Record<string, unknown>): void;
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
  send(sent: Sent): Promise<Answer>;
  close(): Promise<void>;
}

/** Nothing is called here. */
const noUpstream = {
  upstreamStats: { subgraphs: () => [] },
  upstreamLevers: { eject: () => undefined, readmit: () => false, resetBreaker: () => false },
};

/** An admin over a real registry in a temporary folder, on a free port. */
export async function startAdmin(
  options: {
    settings?: Record<string, unknown>;
    /** Serves this in place of a registry. */
    source?: SupergraphSource;
    status?: () => never;
    clock?: Clock;
    /** Where the store is; SQLite in a folder of its own unless given. */
    storeUrl?: string;
  } = {},
): Promise<TestAdmin> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-admin-'));
  const logged: unknown[] = [];
  const write = (fields: object, message: string) => void logged.push({ ...fields, message });
  const changesLogged: unknown[] = [];
  const info = (fields: object, message: string) => {
    if (message === 'admin change') changesLogged.push(fields);
  };
  const told = { level: 'info', setLevel: () => undefined } as const;
  const log: LeveledLog = { ...told, debug: () => undefined, info, warn: write, error: write };
  const clock = options.clock ?? systemClock;
  const storage = openStorage(storageOptions.parse({ url: options.storeUrl ?? `sqlite:${dir}`, dir }), {
    clock,
    log,
    migrations: [registryMigrations, identityMigrations, adminMigrations],
  });
  const kept = { storage, dir, clock, log, startThread: lendThread };
  const registry = await createRegistry(registryOptions.parse({}), kept);
  const planning = createPlanning(planningOptions.parse({}), kept);
  const identity = await createIdentity(identityOptions.parse({}), { ...kept, development: false });
  const billing = createBilling(billingOptions.parse({}), {
    ...{ storage: storageOptions.parse({ url: `sqlite:${dir}`, dir }), folder: dir, dir, region: '' },
    ...{ clock, log, storeThread: createStoreThread(kept) },
  });
  const source = options.source ?? registry;
  const admin = createAdmin(adminOptions.parse({ port: 0, ...options.settings }), {
    registry: options.source ? null : registry,
    source,
    planning,
    apiKeys: identity.apiKeys,
    usage: null,
    invoices: billing.invoices,
    explanations: null,
    metrics: null,
    consoleFiles: createConsoleFiles(join(dir, 'nothing-is-built')),
    feed: createLiveFeed({ upstreamStats: { subgraphs: () => [] }, clock }),
    protective: () => ({}),
    logLevel: createLogLevelControl('info', { log, clock }),
    leases: null,
    ...noUpstream,
    cache: { purge: async () => undefined, stats: noCache },
    schema: () => null,
    fetchSdl,
    storage,
    clock,
    status:
      options.status ?? (() => ({ ready: source.current() !== null, origin: source.current() && 'store' })),
    log,
  });
  const { url } = await admin.listen();
  const send = (sent: Sent) => sendTo(url, sent);
  return {
    url,
    logged,
    changesLogged,
    reconfigure: (settings) => admin.reconfigure(adminOptions.parse({ port: 0, ...settings })),
    send,
    ask: (query, variables = {}, headers = {}) =>
      send({ body: JSON.stringify({ query, variables }), headers }),
    async close() {
      await admin.close();
      await planning.close();
      await billing.close();
      await identity.close();
      await registry.close();
      await storage.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** By node:http, since fetch lets nobody choose Host. */
function sendTo(
  url: string,
  { method = 'POST', path = '/graphql', headers = {}, body = '' }: Sent,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { hostname, port } = new URL(url);
  const all = { 'content-type': 'application/json', ...headers };
  const sending = request({ hostname, port, method, path, headers: all, agent: false }, async (response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const isJson = response.headers['content-type']?.includes('json') ?? false;
    resolve({
      status: response.statusCode ?? 0,
      headers: response.headers,
      text,
      json: isJson ? (JSON.parse(text) as Answer['json']) : {},
    });
  });
  sending.on('error', reject);
  sending.end(body);
  return promise;
}

/** A Federation 2 SDL; what is given begins on line 2. */
export function sdlOf(sdl: string): string {
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n${sdl}`;
}

const noCache = () => ({
  ...{
    hits: 0,
    stale: 0,
    misses: 0,
    passed: 0,
    bySubgraph: new Map(),
    audits: { same: 0, changed: 0, different: 0, failed: 0 },
    barred: 0,
    stored: 0,
    purges: 0,
    entries: 0,
    bytes: 0,
    maxBytes: 0,
    storeFailures: 0,
  },
  reasons: new Map<string, number>(),
});
