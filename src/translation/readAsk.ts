import { type ValueNode, visit } from 'graphql';
import type { Ask, Batch, GrpcMethod, Pages, RestRequest, TranslatedInput } from '../model/translation.ts';
import { argumentsOf, type WithDirectives } from './dialect.ts';
import type { MessageTable } from './messageTable.ts';
import { anyTemplate, template } from './template.ts';
import { TranslationFault } from './translationFault.ts';
import { wayOf } from './wayOf.ts';

interface AskContext {
  /** Coordinate, for messages. */
  readonly at: string;
  readonly table: MessageTable;
  readonly arguments: ReadonlyMap<string, TranslatedInput>;
  /** Whether it has no parent to be asked with. */
  readonly isRoot: boolean;
}

type Given = ReadonlyMap<string, string | number>;

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
const maxBatch = 100;
const maxPages = 10;

/** How a field or an entity is asked for: what its `@rest` or `@grpc` says; null where it has neither. */
export function readAsk(node: WithDirectives, context: AskContext): Ask | null {
  const rest = argumentsOf(node, 'rest');
  const grpc = argumentsOf(node, 'grpc');
  const given = rest ?? grpc;
  if (!given) return null;
  const { at, arguments: taken, isRoot } = context;
  if (rest && grpc) throw new TranslationFault(`${at} has both @rest and @grpc.`);
  const body = given.get(rest ? 'body' : 'request');
  const read = rest ? anyTemplate : template;
  const request = body === undefined ? null : read(String(body), `${at}: ${rest ? 'body' : 'request'}`);
  const batch = batchOf(given, at);
  const overHttp = rest && restRequest(rest, at);
  const names = namesIn(overHttp?.path ?? '', request, batch);
  if (!isRoot && names.length === 0 && taken.size === 0) {
    const example = rest ? 'a path such as /things/{id}' : 'request: "{ id: $id }"';
    throw new TranslationFault(`${at} does not say what it is asked with: give it ${example}.`);
  }
  return {
    rest: overHttp,
    grpc: grpc && grpcMethod(String(grpc.get('method')), context),
    request,
    batch,
    names,
    result: wayOf(given.get('result')),
    pages: pagesOf(given, at),
    isMissingError: given.get('missing') === 'ERROR',
  };
}

/** What is put in for each that is asked for; the list that a batch makes of them is not. */
function namesIn(path: string, request: ValueNode | null, batch: Batch | null): readonly string[] {
  const names = new Set([...path.matchAll(/\{(\w+)\*?\}/g)].map(([, name = '']) => name));
  const addFrom = (node: ValueNode): unknown =>
    visit(node, { Variable: ({ name }) => void names.add(name.value) });
  if (request) addFrom(request);
  if (batch) {
    names.delete(batch.into);
    addFrom(batch.each);
  }
  return [...names];
}

function restRequest(given: Given, at: string): RestRequest {
  const named = methods.filter((method) => given.has(method));
  const [method] = named;
  if (named.length !== 1 || method === undefined)
    throw new TranslationFault(`${at}: @rest wants exactly one of ${methods.join(', ')}.`);
  const path = String(given.get(method));
  if (!path.startsWith('/') || path.startsWith('//') || /[\s\\#]|\/\.\.?(?:\/|$)/.test(path))
    throw new TranslationFault(
      `${at}: the path is "${path}"; expected one that begins with a single /, such as /things/{id}.`,
    );
  return { method: method.toUpperCase() as RestRequest['method'], path };
}

function grpcMethod(named: string, { at, table }: AskContext): GrpcMethod {
  const found = table.methods.get(named);
  if (found) return found;
  const ends = [...table.methods].filter(([path]) => path.endsWith(`/${named}`));
  const [only] = ends;
  if (ends.length === 1 && only) return only[1];
  const known = [...table.methods.keys()].slice(0, 20).join(', ') || 'none';
  throw new TranslationFault(
    `${at}: there is no method "${named}", or more than one; the service has ${known}.`,
  );
}

function batchOf(given: Given, at: string): Batch | null {
  const each = given.get('each');
  const into = given.get('into');
  if (each === undefined && into === undefined) return null;
  if (each === undefined || into === undefined)
    throw new TranslationFault(
      `${at}: each and into go together: what is sent for each, and the member that lists them.`,
    );
  const by = given.get('by');
  return {
    each: anyTemplate(String(each), `${at}: each`),
    into: String(into),
    by: by === undefined ? null : String(by),
    value: wayOf(given.get('value')),
    max: positive(given.get('max'), maxBatch, `${at}: max`),
  };
}

function pagesOf(given: Given, at: string): Pages | null {
  const next = given.get('next');
  if (next === undefined) return null;
  return {
    next: wayOf(next),
    parameter: String(given.get('pageParameter') ?? 'cursor'),
    max: positive(given.get('maxPages'), maxPages, `${at}: maxPages`),
  };
}

function positive(value: string | number | undefined, usual: number, at: string): number {
  if (value === undefined) return usual;
  if (typeof value !== 'number' || value < 1)
    throw new TranslationFault(`${at} is ${value}; expected a number from 1.`);
  return value;
}
