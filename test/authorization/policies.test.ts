import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, getOperationAST, parse } from 'graphql';
import {
  authorizationOptions,
  createAuthorization,
  type Permits,
} from '../../src/authorization/authorization.ts';
import { sha256 } from '../../src/base/sha256.ts';
import type { Log } from '../../src/model/log.ts';
import type { Operation } from '../../src/model/operation.ts';
import type { Session } from '../../src/model/session.ts';
import { readSchemaRules } from '../../src/supergraph/supergraph.ts';
import { headerIdentity } from '../support/headerIdentity.ts';
import { createManualClock } from '../support/manualClock.ts';
import { sessionWith } from '../support/sessionWith.ts';
import { silentLog } from '../support/silentLog.ts';
import { startSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, writeSettings } from '../support/startTestGateway.ts';

const sdl = `schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/policy/v0.1")
    @link(url: "https://specs.apollo.dev/requiresScopes/v0.1") { query: Query }
  type Query { open: Int paid: Int @policy(policies: [["paid"]]) either: Int @policy(policies: [["paid", "later"], ["plan:gold"]])
    later: Int @policy(policies: [["later"]]) both: Int @policy(policies: [["paid"]]) @requiresScopes(scopes: [["s"]])
    throws: Int @policy(policies: [["throws"]]) rejects: Int @policy(policies: [["rejects"]]) truthy: Int @policy(policies: [["truthy"]])
    never: Int @policy(policies: [["never"]]) unknown: Int @policy(policies: [["nobody knows", "paid"], ["toString"]]) }`;

const moduleText = `
  export const asked = [];
  const noted = (name, decide) => (session, request) => { asked.push(name); return decide(session, request); };
  export const paid = noted('paid', ({ claims }, { headers }) => claims.plan === 'paid' || headers['x-plan'] === 'paid');
  export const later = noted('later', async ({ claims }) => claims.later === true);
  export const throws = () => { throw new Error('from inside'); };
  export const rejects = () => Promise.reject(new Error('from inside, later'));
  export const truthy = () => 'yes';
  export const never = noted('never', () => new Promise(() => undefined));
  export default { 'plan:gold': ({ claims }: { claims: Record<string, unknown> }) => claims.plan === 'gold' };
`;

let folder = '';
let asked: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-policies-'));
  await writeFile(join(folder, 'policies.ts'), moduleText);
  ({ asked } = (await import(join(folder, 'policies.ts'))) as { asked: string[] });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function permits(
  written: { policies?: string; policyTimeout?: string } = { policies: './policies.ts' },
  {
    clock = createManualClock(),
    log = silentLog,
  }: { clock?: ReturnType<typeof createManualClock>; log?: Log } = {},
): Promise<Permits> {
  const options = authorizationOptions.parse(written);
  const authorization = await createAuthorization({ options, folder, suggestions: false, clock, log });
  return authorization.forSchema(
    buildSchema(
      'type Query { open: Int paid: Int either: Int later: Int both: Int throws: Int rejects: Int truthy: Int never: Int unknown: Int }',
    ),
    readSchemaRules({ sdl, subgraphs: [] }).rules,
  );
}

function operationOf(text: string): Operation {
  const document = parse(text);
  const definition = getOperationAST(document);
  if (!definition) throw new Error('One operation was expected');
  return {
    document: { text, sentText: text, hash: sha256(text), document },
    definition,
    name: null,
    kind: 'query',
    variables: {},
  };
}

const arrivalOf = (headers: Record<string, string> = {}) => ({
  requestId: 'r1',
  headers,
  signal: new AbortController().signal,
});
const claiming = (claims: Session['claims'], scopes: readonly string[] = []): Session => ({
  ...sessionWith(scopes),
  claims,
});

/** What is withheld of these fields, asked together. */
async function withheldOf(
  fields: string,
  session: Session,
  headers?: Record<string, string>,
): Promise<readonly string[]> {
  const { permit } = await permits();
  const { withheld } = await permit(operationOf(`{ ${fields} }`), { arrival: arrivalOf(headers), session });
  return [...(withheld?.fields ?? [])].map(({ name }) => name.value);
}

describe('a policy', () => {
  test('is decided by the function of its name, from the session and the headers', async () => {
    expect(await withheldOf('open paid', claiming({}))).toEqual(['paid']);
    expect(await withheldOf('open paid', claiming({ plan: 'paid' }))).toEqual([]);
    expect(await withheldOf('open paid', claiming({}), { 'x-plan': 'paid' })).toEqual([]);
  });

  test('is one of several ways, each of which takes all of its policies', async () => {
    expect(await withheldOf('either', claiming({ plan: 'paid' }))).toEqual(['either']);
    expect(await withheldOf('either', claiming({ plan: 'paid', later: true }))).toEqual([]);
    expect(await withheldOf('either', claiming({ plan: 'gold' }))).toEqual([]);
  });

  test('holds together with scopes, and is not asked when those are missing', async () => {
    asked.length = 0;
    expect(await withheldOf('both', claiming({ plan: 'paid' }))).toEqual(['both']);
    expect(asked).toEqual([]);
    expect(await withheldOf('both', claiming({ plan: 'paid' }, ['s']))).toEqual([]);
  });

  test.each(['throws', 'rejects', 'truthy', 'unknown'])(
    '%s: anything but true is a no, and the others stand',
    async (name) => {
      expect(await withheldOf(`${name} paid later`, claiming({ plan: 'paid', later: true }))).toEqual([name]);
    },
  );

  test('is asked once for a request, however many fields and operations depend on it', async () => {
    const { permit } = await permits();
    const caller = { arrival: arrivalOf(), session: claiming({ plan: 'paid', later: true }) };
    asked.length = 0;
    await Promise.all([
      permit(operationOf('{ paid either later a: later }'), caller),
      permit(operationOf('{ later paid }'), caller),
    ]);
    expect([...asked].sort()).toEqual(['later', 'paid']);
    await permit(operationOf('{ paid }'), { ...caller, arrival: arrivalOf() });
    expect(asked).toHaveLength(3);
  });

  test('that takes too long is a no, and told', async () => {
    const clock = createManualClock();
    const told: unknown[] = [];
    const log = {
      ...silentLog,
      error: (fields: object, message: string) => void told.push({ ...fields, message }),
    };
    const { permit } = await permits({ policies: 'policies.ts', policyTimeout: '100ms' }, { clock, log });
    const permitted = permit(operationOf('{ open never }'), { arrival: arrivalOf(), session: claiming({}) });
    expect(permitted).toBeInstanceOf(Promise);
    clock.advance(99);
    expect(told).toEqual([]);
    clock.advance(1);
    expect([...((await permitted).withheld?.fields ?? [])].map(({ name }) => name.value)).toEqual(['never']);
    expect(told).toEqual([
      {
        err: new Error('It took longer than 100 ms'),
        policy: 'never',
        requestId: 'r1',
        message: 'a policy failed and grants nothing',
      },
    ]);
  });

  test('that answers at once, or depends on nothing asked, is not waited for', async () => {
    const { permit } = await permits();
    const caller = { arrival: arrivalOf(), session: claiming({ plan: 'paid' }) };
    for (const text of ['{ open }', '{ paid }', '{ both }', '{ throws }'])
      expect(permit(operationOf(text), caller)).not.toBeInstanceOf(Promise);
  });

  test('without a module is granted to nobody, and the log says which', async () => {
    const told: unknown[] = [];
    const { permit } = await permits(
      {},
      { log: { ...silentLog, warn: (fields: object) => void told.push(fields) } },
    );
    const { withheld } = await permit(operationOf('{ paid }'), {
      arrival: arrivalOf(),
      session: claiming({ plan: 'paid' }),
    });
    expect(withheld?.fields.size).toBe(1);
    expect(told).toEqual([
      {
        policies: [
          'paid',
          'later',
          'plan:gold',
          'throws',
          'rejects',
          'truthy',
          'never',
          'nobody knows',
          'toString',
        ],
      },
    ]);
  });
});

describe('a module of policies', () => {
  test.each([
    ['missing.ts', null, /^authorization\.policies: missing\.ts cannot be loaded: /],
    ['broken.ts', 'export const = 1;', /^authorization\.policies: broken\.ts cannot be loaded: /],
    [
      'empty.ts',
      'export const paid = true;',
      /^authorization\.policies: empty\.ts exports no function; allowed: /,
    ],
    [
      'twice.ts',
      'export const paid = () => true; export default { paid: () => false };',
      /^authorization\.policies: twice\.ts has two functions for the policy paid$/,
    ],
  ])('%s is refused with what is wrong', async (file, text, message) => {
    if (text !== null) await writeFile(join(folder, file), text);
    await expect(permits({ policies: file })).rejects.toThrow(message);
  });
});

test('a gateway takes the module from the folder of supergraph.yaml, and asks it once for a batch', async () => {
  const trips = await startSubgraph('trips', {
    sdl: 'type Query { open: Int paid: Int @policy(policies: [["paid"]]) later: Int @policy(policies: [["later"]]) }',
    resolvers: { Query: { open: () => 1, paid: () => 2, later: () => 3 } },
  });
  const settings = { authorization: { policies: './policies.ts' }, server: { batch: { max: 3 } } };
  const gateway = await startTestGateway({ folder, subgraphs: [trips], settings, identity: headerIdentity });
  try {
    const headers = { 'content-type': 'application/json', 'x-plan': 'paid' };
    const body = JSON.stringify([
      { query: '{ open paid }' },
      { query: '{ later open }' },
      { query: '{ paid later }' },
    ]);
    asked.length = 0;
    const response = await fetch(gateway.endpoint, { method: 'POST', headers, body });
    const results = (await response.json()) as { data: unknown }[];
    expect(results.map(({ data }) => data)).toEqual([
      { open: 1, paid: 2 },
      { later: null, open: 1 },
      { paid: 2, later: null },
    ]);
    expect([...asked].sort()).toEqual(['later', 'paid']);
    const other = await writeSettings(folder, {
      subgraphs: [trips],
      settings: { ...settings, authorization: {} },
    });
    expect(gateway.reconfigure(other)).toEqual(['authorization.policies']);
  } finally {
    await gateway.stop();
    await trips.stop();
  }
});
