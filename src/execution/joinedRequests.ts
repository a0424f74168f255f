import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  print,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { ResultSource, SubgraphResult } from '../model/subgraphCall.ts';
import { bodyHead, type FetchRequest } from './fetchRequest.ts';
import { readOnce } from './readOnce.ts';

/** Several entity fetches as one request. */
export interface JoinedRequest extends Omit<FetchRequest, 'operation'> {
  /** For each fetch, the alias of its entities and the name of the variable with its representations. */
  readonly names: readonly string[];
  /** The answer as each fetch would have got it; null when the data of one is missing, and the others' may have gone with it. */
  resultsOf(result: SubgraphResult): readonly SubgraphResult[] | null;
}

export interface JoinedRequests {
  /** Of entity fetches of one operation to one subgraph. */
  of(requests: readonly FetchRequest[]): JoinedRequest;
}

/** What becomes ready together is mostly the same each time; this many kinds of it are kept. */
const maxKept = 64;

export function createJoinedRequests(): JoinedRequests {
  const kept = new Map<string, JoinedRequest>();
  const numbers = new Map<FetchRequest, number>();
  const numberOf = (request: FetchRequest): number => {
    const number = numbers.get(request) ?? numbers.size;
    numbers.set(request, number);
    return number;
  };
  return {
    of(requests) {
      const key = requests.map(numberOf).join();
      const known = kept.get(key);
      if (known) return known;
      const made = joinRequests(requests);
      if (kept.size < maxKept) kept.set(key, made);
      return made;
    },
  };
}

function joinRequests(requests: readonly FetchRequest[]): JoinedRequest {
  const operations = requests.map(({ definition }) => definition());
  const variables = new Map<string, VariableDefinitionNode>();
  const selections: FieldNode[] = [];
  const used = [...new Set(requests.flatMap((request) => request.used))];
  const names = freeNames(used, requests.length);
  for (const [index, operation] of operations.entries()) {
    const name = { kind: Kind.NAME, value: names[index] ?? '' } as const;
    const renamed = visit(operation, {
      [Kind.VARIABLE]: (variable) =>
        variable.name.value === 'representations' ? { ...variable, name } : undefined,
    });
    for (const definition of renamed.variableDefinitions ?? [])
      variables.set(definition.variable.name.value, definition);
    for (const field of renamed.selectionSet.selections as readonly FieldNode[])
      selections.push({ ...field, alias: name });
  }
  const [first] = operations;
  const operation = stripIgnoredCharacters(
    print({
      ...(first as OperationDefinitionNode),
      variableDefinitions: [...variables.values()],
      selectionSet: { kind: Kind.SELECTION_SET, selections },
    }),
  );
  const { subgraph, url, kind } = requests[0] as FetchRequest;
  return {
    subgraph,
    url,
    kind,
    definition: readOnce(operation),
    head: bodyHead(operation, first?.name?.value),
    used,
    names,
    resultsOf: (result) => resultsOf(result, names),
  };
}

/** `_0`, `_1` and so on, with more underscores where a client's variable is called so. */
function freeNames(taken: readonly string[], count: number): readonly string[] {
  let prefix = '_';
  while (taken.some((name) => name.startsWith(prefix))) prefix += '_';
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

function resultsOf(
  { data, errors, keeping, source }: SubgraphResult,
  names: readonly string[],
): readonly SubgraphResult[] | null {
  const lists = names.map((name) => (data as Record<string, unknown> | null)?.[name]);
  if (!lists.every(Array.isArray)) return null;
  const errorsOf = names.map((): unknown[] => []);
  for (const error of errors ?? []) {
    const { path = [] } = error as { readonly path?: readonly (string | number)[] };
    const [alias = '', ...below] = path;
    const index = names.indexOf(String(alias));
    // One that tells no place is told once.
    if (index === -1) errorsOf[0]?.push(error);
    else errorsOf[index]?.push({ ...(error as object), path: ['_entities', ...below] });
  }
  return lists.map((list, index) => ({
    data: { _entities: list },
    errors: errorsOf[index]?.length ? (errorsOf[index] ?? null) : null,
    extensions: undefined,
    // An error of one may be about another: none is kept then.
    keeping: errors ? undefined : keeping,
    source: source && partOf(source, names[index] ?? ''),
  }));
}

/** The list that stands under one of the names. */
function partOf({ heldBytes, read }: ResultSource, name: string): ResultSource {
  return {
    heldBytes,
    read() {
      const { data } = read();
      const list = (data as Record<string, unknown> | null)?.[name];
      return { data: { _entities: list }, errors: null, extensions: undefined };
    },
  };
}
