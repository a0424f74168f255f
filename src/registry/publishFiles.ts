import { SluiceError } from '../base/errors.ts';
import { sha256 } from '../base/sha256.ts';
import type { SubgraphInput } from '../model/registry.ts';
import type { Changes } from './changes.ts';
import { refuseFaultyInputs } from './refuseFaultyInputs.ts';
import type { RegistryStore } from './registryStore.ts';
import { publishRequest } from './wantedChange.ts';

/** A subgraph listed in supergraph.yaml, with what its file holds now. */
export interface ListedSubgraph {
  readonly name: string;
  readonly url: string;
  /** `file:PATH` or `subgraph:URL`, as in SubgraphVersion. */
  readonly source: string;
  readonly sdl: string;
}

export interface FilePublishOptions {
  /** `supergraph.yaml` by default. */
  readonly author?: string;
  /** As in ChangeOptions. */
  readonly allowBreaking?: boolean;
}

/** What became of one listed subgraph. */
export interface FilePublishOutcome {
  readonly name: string;
  /** `unchanged` also for a file that was published before, whatever is in force since. */
  readonly result: 'published' | 'unchanged' | 'refused';
  /** The supergraph version it is in; null when it was refused, or nothing was done about it. */
  readonly version: number | null;
  /** Why it was refused. */
  readonly error: SluiceError | null;
}

export interface PublishFilesParts {
  readonly changes: Changes;
  readonly store: RegistryStore;
  readonly maxSdlBytes: number;
}

/**
 * Publishes the listed subgraphs whose file is not what was last published from it, so that a restart undoes neither a rollback nor
 * what was published otherwise. They become one version if they compose; if not, those that do are not held back by those that don't.
 */
export async function publishFiles(
  listed: readonly ListedSubgraph[],
  { options, parts }: { options: FilePublishOptions; parts: PublishFilesParts },
): Promise<readonly FilePublishOutcome[]> {
  const published = await parts.store.fileHashes();
  const outcomes = new Map<string, FilePublishOutcome>();
  const pending: SubgraphInput[] = [];
  for (const { name, url, source, sdl } of listed) {
    const input = { name, url, sdl, source };
    const fault = faultOf(input, parts.maxSdlBytes);
    if (fault) outcomes.set(name, { name, result: 'refused', version: null, error: fault });
    else if (published.get(name) === fileHash(input))
      outcomes.set(name, { name, result: 'unchanged', version: null, error: null });
    else pending.push(input);
  }
  for (const outcome of await publishWhatFits(pending, { options, parts }))
    outcomes.set(outcome.name, outcome);
  return listed.flatMap(({ name }) => outcomes.get(name) ?? []);
}

interface PublishContext {
  readonly options: FilePublishOptions;
  readonly parts: PublishFilesParts;
}

async function publishWhatFits(
  inputs: readonly SubgraphInput[],
  context: PublishContext,
): Promise<readonly FilePublishOutcome[]> {
  let tried = inputs;
  while (tried.length > 0) {
    const outcomes = await publishTogether(tried, context);
    const isRefused = outcomes.some(({ result }) => result === 'refused');
    if (isRefused && inputs.length === 1) return outcomes;
    if (!isRefused) {
      const left = inputs.filter((input) => !tried.includes(input));
      return [...outcomes, ...(await publishOneByOne(left, context))];
    }
    // Those no reason points at may depend on each other: together before alone.
    const blamed = blamedIn(outcomes);
    const blameless = tried.filter(({ name }) => !blamed.has(name));
    if (blameless.length === tried.length) break;
    tried = blameless;
  }
  return await publishOneByOne(inputs, context);
}

/** Again and again as long as one gets in, since it may be what another one needs. */
async function publishOneByOne(
  inputs: readonly SubgraphInput[],
  context: PublishContext,
): Promise<readonly FilePublishOutcome[]> {
  const outcomes = new Map<string, FilePublishOutcome>();
  let left = inputs;
  for (;;) {
    for (const input of left) {
      for (const outcome of await publishTogether([input], context)) outcomes.set(input.name, outcome);
    }
    const stillLeft = left.filter(({ name }) => outcomes.get(name)?.result === 'refused');
    if (stillLeft.length === 0 || stillLeft.length === left.length) return [...outcomes.values()];
    left = stillLeft;
  }
}

async function publishTogether(
  inputs: readonly SubgraphInput[],
  { options, parts }: PublishContext,
): Promise<readonly FilePublishOutcome[]> {
  const { author = 'supergraph.yaml', allowBreaking } = options;
  const fileHashes = new Map(inputs.map((input) => [input.name, fileHash(input)]));
  try {
    const { version, changed } = await parts.changes.make(publishRequest(inputs), {
      author,
      fileHashes,
      ...(allowBreaking === undefined ? {} : { allowBreaking }),
    });
    return inputs.map(({ name }) => ({
      name,
      result: changed ? 'published' : 'unchanged',
      version,
      error: null,
    }));
  } catch (failure) {
    const error = SluiceError.from(failure);
    if (error.code !== 'COMPOSITION_FAILED' && error.code !== 'CONFLICT') throw error;
    return inputs.map(({ name }) => ({ name, result: 'refused', version: null, error }));
  }
}

/** The subgraphs that composition errors point at. */
function blamedIn(outcomes: readonly FilePublishOutcome[]): ReadonlySet<string> {
  const errors = outcomes[0]?.error?.extensions.errors;
  const places = Array.isArray(errors) ? errors.flatMap(({ places: each }) => each) : [];
  return new Set(places.map(({ subgraph }) => subgraph));
}

function faultOf(input: SubgraphInput, maxSdlBytes: number): SluiceError | null {
  try {
    refuseFaultyInputs([input], maxSdlBytes);
    return null;
  } catch (fault) {
    return SluiceError.from(fault);
  }
}

function fileHash({ url, sdl }: SubgraphInput): string {
  return sha256(JSON.stringify([url, sdl]));
}
