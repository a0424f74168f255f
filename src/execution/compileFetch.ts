import { GraphQLError } from 'graphql';
import { SluiceError } from '../base/errors.ts';
import type { SubgraphResult } from '../model/subgraphCall.ts';
import type { FetchNode } from '../planning/planning.ts';
import { applyRewrites } from './applyRewrites.ts';
import { compileRepresentation } from './compileRepresentation.ts';
import { mergeData } from './mergeData.ts';
import { type DataObject, isDataObject } from './ownValue.ts';
import type { Run, RunStep } from './run.ts';
import { certainPath, type PlanPath, pathOf, targetsAt } from './targetsAt.ts';
import type { TypeMatcher } from './typeMatcher.ts';

interface FetchParts {
  /** Where the plan does this fetch; empty at the root. */
  readonly path: PlanPath;
  readonly urls: ReadonlyMap<string, string>;
  /** Subgraph → names of the types it has. */
  readonly types: ReadonlyMap<string, ReadonlySet<string>>;
  readonly matches: TypeMatcher;
}

/** Compiles a fetch: everything of its request that does not depend on the operation's variables or data is text already. */
export function compileFetch(node: FetchNode, parts: FetchParts): RunStep {
  return node.requires ? compileEntityFetch(node, parts) : compileRootFetch(node, parts);
}

function compileRootFetch(node: FetchNode, parts: FetchParts): RunStep {
  const send = compileSend(node, parts);
  const outputRewrites = node.outputRewrites ?? [];
  return async (run) => {
    const result = await send(run, null);
    if (!result) return;
    if (isDataObject(result.data)) {
      applyRewrites(outputRewrites, result.data, parts.matches);
      for (const target of targetsAt(run.data, parts.path)) mergeData(target, result.data, parts.matches);
    }
    for (const error of result.errors ?? []) {
      reportError(run, node, { error, path: [...certainPath(parts.path), ...errorPath(error)] });
    }
  };
}

function compileEntityFetch(node: FetchNode, parts: FetchParts): RunStep {
  const send = compileSend(node, parts);
  const representationOf = compileRepresentation(node.requires ?? [], {
    inputRewrites: node.inputRewrites ?? [],
    matches: parts.matches,
    known: parts.types.get(node.serviceName) ?? new Set(),
  });
  const conditions = conditionsIn(node.operation);
  const outputRewrites = node.outputRewrites ?? [];
  return async (run) => {
    // What a condition left out is missing rightly.
    const missing = conditions.some((excludes) => excludes(run.conditions)) ? 'left out' : 'refused';
    const targets = new Map<string, DataObject[]>();
    for (const target of targetsAt(run.data, parts.path)) {
      const text = representationOf(target, missing);
      if (text === null) continue;
      const sharing = targets.get(text);
      if (sharing) sharing.push(target);
      else targets.set(text, [target]);
    }
    if (targets.size === 0) return;
    const groups = [...targets.values()];
    const result = await send(run, `[${[...targets.keys()].join(',')}]`);
    if (!result) return;
    const entities = entitiesOf(result, { run, node, path: parts.path, expected: groups.length });
    for (const [index, entity] of entities.entries()) {
      if (!isDataObject(entity)) continue;
      applyRewrites(outputRewrites, entity, parts.matches);
      for (const target of groups[index] ?? []) mergeData(target, entity, parts.matches);
    }
    for (const error of result.errors ?? []) {
      const [, index, ...below] = errorPath(error);
      const target = typeof index === 'number' ? groups[index]?.[0] : undefined;
      const found = target ? pathOf(run.data, parts.path, target) : null;
      reportError(run, node, { error, path: found ? [...found, ...below] : certainPath(parts.path) });
    }
  };
}

/** The conditions on parts of a fetch; constant ones have been followed before planning. */
function conditionsIn(operation: string): readonly ((conditions: Run['conditions']) => boolean)[] {
  return [...operation.matchAll(/@(include|skip)\(if:\s*\$(\w+)\)/g)].map(
    ([, directive, variable = '']) =>
      (conditions) =>
        (conditions.get(variable) === true) === (directive === 'skip'),
  );
}

/** Entities come in the order of their representations; a list of another length could shift them, so none of it is taken. */
function entitiesOf(
  { data, errors }: SubgraphResult,
  at: { run: Run; node: FetchNode; path: PlanPath; expected: number },
): readonly unknown[] {
  const entities = isDataObject(data) ? data._entities : null;
  if (Array.isArray(entities) && entities.length === at.expected) return entities;
  if (entities === null && errors) return [];
  reportFailure(
    at.run,
    { subgraph: at.node.serviceName, path: certainPath(at.path) },
    new SluiceError(
      'SUBGRAPH_MALFORMED_RESPONSE',
      `Subgraph "${at.node.serviceName}" answered another number of entities than it was asked for.`,
    ),
  );
  return [];
}

type Send = (run: Run, representations: string | null) => Promise<SubgraphResult | null>;

/** Sends the fetch; a call that fails is an error of the result and gives null. */
function compileSend(node: FetchNode, { path, urls }: FetchParts): Send {
  const subgraph = node.serviceName;
  const url = urls.get(subgraph) ?? '';
  const named = node.operationName ? `,"operationName":${JSON.stringify(node.operationName)}` : '';
  const head = `{"query":${JSON.stringify(node.operation)}${named}`;
  const used = (node.variableUsages ?? []).map((name) => ({ name, label: `${JSON.stringify(name)}:` }));
  const kind = node.operationKind;
  return async (run, representations) => {
    const variables = representations === null ? [] : [`"representations":${representations}`];
    for (const { name, label } of used) {
      if (Object.hasOwn(run.variables, name))
        variables.push(`${label}${JSON.stringify(run.variables[name])}`);
    }
    const body = variables.length > 0 ? `${head},"variables":{${variables.join(',')}}}` : `${head}}`;
    try {
      return await run.call({
        subgraph,
        url,
        kind,
        body,
        caller: run.caller,
        supergraphHash: run.supergraphHash,
      });
    } catch (thrown) {
      reportFailure(run, { subgraph, path: certainPath(path) }, SluiceError.from(thrown));
      return null;
    }
  };
}

function reportFailure(
  run: Run,
  { subgraph, path }: { subgraph: string; path: PlanPath },
  error: SluiceError,
): void {
  run.errors.push(
    new GraphQLError(error.message, {
      path,
      originalError: error,
      extensions: { code: error.code, subgraph },
    }),
  );
}

/** A subgraph's own error; the upstream has seen to it that it has a message, a code and a sound path. */
function reportError(
  run: Run,
  { serviceName }: FetchNode,
  { error, path }: { error: unknown; path: PlanPath },
): void {
  const { message, extensions } = error as { message: string; extensions: Record<string, unknown> };
  run.errors.push(
    new GraphQLError(message, {
      ...(path.length > 0 ? { path } : {}),
      extensions: { ...extensions, subgraph: serviceName },
    }),
  );
}

function errorPath(error: unknown): readonly (string | number)[] {
  return (error as { path?: readonly (string | number)[] }).path ?? [];
}
