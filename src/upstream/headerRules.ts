import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { compileGlob } from '../base/compileGlob.ts';
import type { Session } from '../model/session.ts';
import type { Caller, SubgraphCall } from '../model/subgraphCall.ts';
import { claimText } from './claimText.ts';

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/)
  .transform((name) => name.toLowerCase());
const headerValue = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/);
const nameOrGlob = headerName.describe(
  'A name, or a glob with * for any characters; credentials (authorization, cookie, x-api-key) only by their name.',
);
const claimPath = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((written): readonly string[] => (typeof written === 'string' ? [written] : written));

/** One rule a list item: the key says what it does. */
const headerRule = z.union([
  z.strictObject({ propagate: nameOrGlob }),
  z.strictObject({ rename: z.strictObject({ from: headerName, to: headerName }) }),
  z.strictObject({ set: z.record(headerName, headerValue.meta({ secret: true })) }),
  z.strictObject({
    claim: z
      .record(headerName, claimPath)
      .describe(
        "Header: claim of the caller's session, or the way to one inside of others, as a list. A client cannot send these headers itself.",
      ),
  }),
  z.strictObject({ remove: headerName.describe('A name, or a glob with * for any characters') }),
]);

export const headerRules = z.array(headerRule);

type HeaderRule = z.output<typeof headerRule>;
type Headers = Map<string, string | string[]>;
type Claims = Session['claims'];
type Apply = (headers: Headers, client: IncomingHttpHeaders, claims: Claims) => void;

/** Headers that belong to one connection or to the body that was sent, never to the next hop (RFC 9110, section 7.6.1). */
const neverPropagated = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What must not travel on only because a glob happens to match it. */
const credentials = new Set(['authorization', 'cookie', 'x-api-key']);

interface Rules {
  readonly headers: readonly HeaderRule[];
  readonly subgraphs: Readonly<Record<string, { readonly headers: readonly HeaderRule[] }>>;
}

/** The headers of a call, all but its request id. */
export interface CallHeaders {
  readonly fields: Readonly<Record<string, string | string[]>>;
  /** The same as one text: calls whose texts are equal send the same. */
  readonly identity: string;
}

const ownFields: readonly (readonly [string, string])[] = [
  ['content-type', 'application/json'],
  ['accept', 'application/graphql-response+json, application/json'],
];

export interface HeadersOfCalls {
  of(call: Pick<SubgraphCall, 'subgraph' | 'caller'>): CallHeaders;
  /** Names of the client's headers that rules may send to a subgraph; `*` where they cannot be told, and where claims are sent. */
  fromClient(subgraph: string): readonly string[];
  /** What a caller's calls send, whatever subgraph they go to, as one text. */
  identityOf(caller: Caller): string;
}

/** Compiles the rules once; without any that look at the caller, a subgraph's headers are a constant. `own` are fields that only we send. */
export function compileHeaderRules(rules: Rules, own: readonly string[] = []): HeadersOfCalls {
  const subgraphs = Object.entries(rules.subgraphs);
  const claimed = claimedHeaders([...rules.headers, ...subgraphs.flatMap(([, { headers }]) => headers)]);
  const ours = new Set([...claimed, ...own]);
  const compiledFor = (more: readonly HeaderRule[]): ((caller: Caller) => CallHeaders) => {
    const written = [...rules.headers, ...more];
    const applied = written.map((rule) => compileRule(rule, ours));
    if (written.some((rule) => 'propagate' in rule || 'rename' in rule || 'claim' in rule)) {
      return ({ headers, session }) => applyAll(applied, travelling(headers, ours), session.claims);
    }
    const constant = applyAll(applied, {}, {});
    return () => constant;
  };
  const forAll = compiledFor([]);
  const bySubgraph = new Map(subgraphs.map(([name, { headers }]) => [name, compiledFor(headers)]));
  const compiled = [forAll, ...bySubgraph.values()];
  const fromAll = clientNames(rules.headers);
  const fromBySubgraph = new Map(
    subgraphs.map(([name, { headers }]) => [name, clientNames([...rules.headers, ...headers])]),
  );
  return {
    fromClient: (subgraph) => fromBySubgraph.get(subgraph) ?? fromAll,
    of({ subgraph, caller }) {
      const sent = (bySubgraph.get(subgraph) ?? forAll)(caller);
      return caller.withoutHeaders ? without(sent, caller.withoutHeaders) : sent;
    },
    identityOf: (caller) => compiled.map((headersFor) => headersFor(caller).identity).join('\n'),
  };
}

function without({ fields }: CallHeaders, names: ReadonlySet<string>): CallHeaders {
  const left = Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)));
  return { fields: left, identity: JSON.stringify(left) };
}

function clientNames(rules: readonly HeaderRule[]): readonly string[] {
  const names = rules.flatMap((rule) => {
    if ('rename' in rule) return [rule.rename.from];
    if ('claim' in rule) return ['*'];
    return 'propagate' in rule ? [rule.propagate.includes('*') ? '*' : rule.propagate] : [];
  });
  return [...new Set(names)];
}

/** Headers that say who calls, whichever subgraph they are for: no subgraph may take a client's word for them. */
function claimedHeaders(rules: readonly HeaderRule[]): ReadonlySet<string> {
  return new Set(rules.flatMap((rule) => ('claim' in rule ? Object.keys(rule.claim).map(plain) : [])));
}

/** Servers that hand headers on as variables take `x_user_id` for `x-user-id`. */
function plain(name: string): string {
  return name.replaceAll('_', '-');
}

function applyAll(applied: readonly Apply[], client: IncomingHttpHeaders, claims: Claims): CallHeaders {
  const headers: Headers = new Map();
  for (const apply of applied) apply(headers, client, claims);
  for (const [name, value] of ownFields) headers.set(name, value);
  const fields = Object.fromEntries(headers);
  return { fields, identity: JSON.stringify(fields) };
}

function compileRule(rule: HeaderRule, ours: ReadonlySet<string>): Apply {
  if ('propagate' in rule) {
    const { propagate } = rule;
    const glob = compileGlob(propagate);
    const matches = (name: string) => name === propagate || (glob(name) && !credentials.has(name));
    return (headers, client) => {
      for (const [name, value] of Object.entries(client)) {
        if (value !== undefined && !neverPropagated.has(name) && matches(name)) headers.set(name, value);
      }
    };
  }
  if ('rename' in rule) {
    const { from, to } = rule.rename;
    const isTaken = neverPropagated.has(to) || ours.has(plain(to));
    return (headers, client) => {
      const value = headers.get(from) ?? client[from];
      headers.delete(from);
      if (value !== undefined && !isTaken) headers.set(to, value);
    };
  }
  if ('set' in rule) {
    const pairs = Object.entries(rule.set);
    return (headers) => {
      for (const [name, value] of pairs) headers.set(name, value);
    };
  }
  if ('claim' in rule) {
    const pairs = Object.entries(rule.claim);
    return (headers, _client, claims) => {
      for (const [name, path] of pairs) {
        const text = claimText(claimAt(claims, path));
        if (text !== null) headers.set(name, text);
      }
    };
  }
  const matches = compileGlob(rule.remove);
  return (headers) => {
    for (const name of [...headers.keys()]) if (matches(name)) headers.delete(name);
  };
}

function claimAt(claims: Claims, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string, unknown>)[step]
        : undefined,
    claims,
  );
}

/** The client's headers that may travel on: not those that it names in `Connection`, which are for this hop, nor those that are ours to send. */
function travelling(headers: IncomingHttpHeaders, ours: ReadonlySet<string>): IncomingHttpHeaders {
  const { connection } = headers;
  const isPlain = !connection || connection === 'keep-alive' || connection === 'close';
  if (isPlain && ours.size === 0) return headers;
  const named = new Set(isPlain ? [] : connection.split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !named.has(name) && !ours.has(plain(name))),
  );
}
