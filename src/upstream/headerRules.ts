import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { compileGlob } from '../base/compileGlob.ts';
import type { Caller, SubgraphCall } from '../model/subgraphCall.ts';

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/)
  .transform((name) => name.toLowerCase());
const headerValue = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/);

/** One rule a list item: the key says what it does. */
const headerRule = z.union([
  z.strictObject({ propagate: headerName.describe('A name, or a glob with * for any characters') }),
  z.strictObject({ rename: z.strictObject({ from: headerName, to: headerName }) }),
  z.strictObject({ set: z.record(headerName, headerValue.meta({ secret: true })) }),
  z.strictObject({ remove: headerName.describe('A name, or a glob with * for any characters') }),
]);

export const headerRules = z.array(headerRule);

type HeaderRule = z.output<typeof headerRule>;
type Headers = Map<string, string | string[]>;
type Apply = (headers: Headers, client: IncomingHttpHeaders) => void;

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
  of(call: SubgraphCall): CallHeaders;
  /** What a caller's calls send, whatever subgraph they go to, as one text. */
  identityOf(caller: Caller): string;
}

/** Compiles the rules once; without any that look at the client's headers, a subgraph's headers are a constant. */
export function compileHeaderRules(rules: Rules): HeadersOfCalls {
  const compiledFor = (own: readonly HeaderRule[]): ((client: IncomingHttpHeaders) => CallHeaders) => {
    const written = [...rules.headers, ...own];
    const applied = written.map(compileRule);
    if (written.some((rule) => 'propagate' in rule || 'rename' in rule)) {
      return (client) => applyAll(applied, withoutConnectionHeaders(client));
    }
    const constant = applyAll(applied, {});
    return () => constant;
  };
  const forAll = compiledFor([]);
  const bySubgraph = new Map(
    Object.entries(rules.subgraphs).map(([name, { headers }]) => [name, compiledFor(headers)]),
  );
  const compiled = [forAll, ...bySubgraph.values()];
  return {
    of: ({ subgraph, caller }) => (bySubgraph.get(subgraph) ?? forAll)(caller.headers),
    identityOf: ({ headers }) => compiled.map((headersFor) => headersFor(headers).identity).join('\n'),
  };
}

function applyAll(applied: readonly Apply[], client: IncomingHttpHeaders): CallHeaders {
  const headers: Headers = new Map();
  for (const apply of applied) apply(headers, client);
  for (const [name, value] of ownFields) headers.set(name, value);
  const fields = Object.fromEntries(headers);
  return { fields, identity: JSON.stringify(fields) };
}

function compileRule(rule: HeaderRule): Apply {
  if ('propagate' in rule) {
    const matches = compileGlob(rule.propagate);
    return (headers, client) => {
      for (const [name, value] of Object.entries(client)) {
        if (value !== undefined && !neverPropagated.has(name) && matches(name)) headers.set(name, value);
      }
    };
  }
  if ('rename' in rule) {
    const { from, to } = rule.rename;
    return (headers, client) => {
      const value = headers.get(from) ?? client[from];
      headers.delete(from);
      if (value !== undefined && !neverPropagated.has(to)) headers.set(to, value);
    };
  }
  if ('set' in rule) {
    const pairs = Object.entries(rule.set);
    return (headers) => {
      for (const [name, value] of pairs) headers.set(name, value);
    };
  }
  const matches = compileGlob(rule.remove);
  return (headers) => {
    for (const name of [...headers.keys()]) if (matches(name)) headers.delete(name);
  };
}

/** What the client names in `Connection` is for this hop only. */
function withoutConnectionHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  if (!headers.connection || headers.connection === 'keep-alive' || headers.connection === 'close')
    return headers;
  const named = new Set(headers.connection.split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !named.has(name)));
}
