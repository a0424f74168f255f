import { SluiceError } from '../base/errors.ts';
import type { Fallbacks } from '../model/fallbacks.ts';
import type { FetchCaches } from '../model/fetchCache.ts';
import type { SubgraphResult } from '../model/subgraphCall.ts';
import type { FetchNode, RequiredSelection } from '../planning/planning.ts';
import { applyRewrites } from './applyRewrites.ts';
import { cachedEntities } from './cachedEntities.ts';
import { compileMerge } from './compileMerge.ts';
import { compileRepresentation } from './compileRepresentation.ts';
import { compileTargets } from './compileTargets.ts';
import { fetchRequest } from './fetchRequest.ts';
import type { SendEntities } from './fetchTogether.ts';
import { isMisordered } from './isMisordered.ts';
import { maxErrors } from './limitErrors.ts';
import type { MergeRules } from './mergeData.ts';
import { type DataObject, isDataObject } from './ownValue.ts';
import { certainPath, type PlanPath, pathOf, pathOfList } from './planPath.ts';
import { errorPath, reportError, reportFailure } from './reportError.ts';
import type { Run, RunStep } from './run.ts';
import { sendRoot } from './sendRoot.ts';
import { type StandIn, standIn } from './standIn.ts';
import { TargetGroups } from './targetGroups.ts';
import type { TypeMatcher } from './typeMatcher.ts';

export interface FetchParts {
  /** Where the plan does this fetch; empty at the root. */
  readonly path: PlanPath;
  readonly urls: ReadonlyMap<string, string>;
  /** Subgraph → names of the types it has. */
  readonly types: ReadonlyMap<string, ReadonlySet<string>>;
  readonly matches: TypeMatcher;
  readonly sendEntities: SendEntities;
  /** What is kept of answers; null where nothing is. */
  readonly caches: FetchCaches | null;
  /** What stands in for what cannot be had; as it is set now. */
  readonly fallbacks: () => Fallbacks;
}

/** Compiles a fetch: everything of its request that does not depend on the operation's variables or data is text already. */
export function compileFetch(node: FetchNode, parts: FetchParts): RunStep {
  return node.requires ? compileEntityFetch(node, parts) : compileRootFetch(node, parts);
}

function compileRootFetch(node: FetchNode, parts: FetchParts): RunStep {
  const { path, urls, matches, caches, fallbacks } = parts;
  const request = fetchRequest(node, urls);
  const { subgraph } = request;
  const outputRewrites = node.outputRewrites ?? [];
  const send = sendRoot({ ...request, isRewritten: outputRewrites.length > 0 }, caches);
  const forEachTarget = compileTargets(path);
  const { merge } = compileMerge(outputRewrites.length > 0 ? null : node.operation, 'root');
  const instead = standIn(node, { forEachTarget, fallbacks });
  return async (run) => {
    const result = await orReported(run, { subgraph, path, instead }, send(run));
    if (!result) return;
    const { data } = result;
    if (isDataObject(data)) {
      applyRewrites(outputRewrites, data, matches);
      const rules = mergeRules(run, { subgraph, path, matches });
      if (path.length > 0) run.isShared = true;
      forEachTarget(run.data, run.isShared, (target) => merge(target, data, rules));
    }
    for (const error of result.errors ?? [])
      reportError(run, { subgraph, path: [...certainPath(path), ...errorPath(error)] }, error);
  };
}

function compileEntityFetch(node: FetchNode, parts: FetchParts): RunStep {
  const { path, matches, sendEntities, fallbacks } = parts;
  const request = fetchRequest(node, parts.urls);
  const { subgraph } = request;
  const representationOf = compileRepresentation(node.requires ?? [], {
    inputRewrites: node.inputRewrites ?? [],
    matches,
    known: parts.types.get(subgraph) ?? new Set(),
  });
  const conditions = conditionsIn(node.operation);
  const outputRewrites = node.outputRewrites ?? [];
  const forEachTarget = compileTargets(path);
  const { merge, hasObjects } = compileMerge(outputRewrites.length > 0 ? null : node.operation, 'entities');
  const instead = standIn(node, { forEachTarget, fallbacks });
  // What is rewritten before it is sent is told in other words.
  const keyNames = node.inputRewrites?.length ? [] : leafNames(node.requires ?? []);
  const cache =
    parts.caches?.of({
      ...request,
      hasRepresentations: true,
      isRewritten: outputRewrites.length > 0,
    }) ?? null;
  return async (run) => {
    // What a condition left out is missing rightly.
    const missing = conditions.some((excludes) => excludes(run.conditions)) ? 'left out' : 'refused';
    const targets = new TargetGroups(representationOf, missing);
    forEachTarget(run.data, run.isShared, (target) => targets.add(target));
    const { texts, groups } = targets;
    if (texts.length === 0) return;
    const checks = cache && run.cacheFacts ? { unchecked: 0 } : null;
    const sent =
      cache && checks
        ? cachedEntities(run, cache, { request, sendEntities, texts, groups, keyNames, checks })
        : sendEntities(run, request, `[${texts.join(',')}]`);
    const result = await orReported(run, { subgraph, path, instead }, sent);
    if (!result) return;
    const isChecked = checks?.unchecked === 0;
    const entities = entitiesOf(result, { run, subgraph, path, groups, keyNames, isChecked });
    const rules = mergeRules(run, { subgraph, path, matches });
    for (let index = 0; index < entities.length; index += 1) {
      const entity = entities[index];
      if (!isDataObject(entity)) continue;
      applyRewrites(outputRewrites, entity, matches);
      const group = groups[index] ?? [];
      if (hasObjects && group.length > 1) run.isShared = true;
      for (const target of group) merge(target, entity, rules);
    }
    for (const error of result.errors ?? []) {
      const [field, index, ...below] = errorPath(error);
      const target = field === '_entities' && typeof index === 'number' ? groups[index]?.[0] : undefined;
      const found = target ? pathOf(run.data, path, target) : null;
      reportError(run, { subgraph, path: found ? [...found, ...below] : certainPath(path) }, error);
    }
  };
}

/** The result, or null when the call failed; its failure is then an error of the run, unless something stands in. */
async function orReported(
  run: Run,
  { subgraph, path, instead }: { subgraph: string; path: PlanPath; instead: StandIn },
  sent: Promise<SubgraphResult>,
): Promise<SubgraphResult | null> {
  try {
    return await sent;
  } catch (thrown) {
    const failure = SluiceError.from(thrown);
    if (!instead(run, failure)) reportFailure(run, { subgraph, path: certainPath(path) }, failure);
    return null;
  }
}

/** Subgraphs that share a field may have different ideas of its list: one of them is wrong, and nobody can tell which. */
function mergeRules(
  run: Run,
  { subgraph, path, matches }: { subgraph: string; path: PlanPath; matches: TypeMatcher },
): MergeRules {
  return {
    matches,
    onOtherLength(list) {
      // Each takes a look through the data, and no more than these are listed.
      if (run.errors.length > maxErrors) return;
      reportFailure(
        run,
        { subgraph, path: pathOfList(run.data, list) ?? certainPath(path) },
        malformed(subgraph, 'a list of another length than another subgraph'),
      );
    },
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

interface AskedEntities {
  readonly run: Run;
  readonly subgraph: string;
  readonly path: PlanPath;
  /** For each representation that was sent, the objects it stands for. */
  readonly groups: readonly (readonly DataObject[])[];
  readonly keyNames: readonly string[];
  /** They are known to be what was asked for. */
  readonly isChecked: boolean;
}

/**
 * Entities come in the order of their representations; a list of another length or in another order could give one what is another's, so
 * none of it is taken.
 */
function entitiesOf({ data, errors }: SubgraphResult, asked: AskedEntities): readonly unknown[] {
  const { run, subgraph, path, groups } = asked;
  const tell = (what: string): void =>
    reportFailure(run, { subgraph, path: certainPath(path) }, malformed(subgraph, what));
  const entities = isDataObject(data) ? data._entities : null;
  if (entities === null && errors) return [];
  if (!Array.isArray(entities) || entities.length !== groups.length) {
    tell('another number of entities than it was asked for');
    return [];
  }
  if (asked.isChecked) return entities;
  const targets = groups.map(([target = {}]) => target);
  if (isMisordered(entities, { targets, keyNames: asked.keyNames })) {
    tell('its entities in another order than it was asked for');
    return [];
  }
  if (!entities.every((entity) => entity === null || isDataObject(entity)))
    tell('something that is not an entity');
  return entities;
}

function malformed(subgraph: string, what: string): SluiceError {
  return new SluiceError('SUBGRAPH_MALFORMED_RESPONSE', `Subgraph "${subgraph}" answered ${what}.`);
}

/** What of a representation is a plain value. */
function leafNames(requires: readonly RequiredSelection[]): readonly string[] {
  const names = requires.flatMap((selection) => {
    if (selection.kind === 'InlineFragment') return leafNames(selection.selections);
    return selection.selections ? [] : [selection.alias ?? selection.name];
  });
  return [...new Set(names)].filter((name) => name !== '__typename');
}
