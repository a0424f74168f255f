import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { ChangeOptions, ChangeOutcome, CheckReport } from '../model/registry.ts';
import type { Supergraph } from '../model/supergraph.ts';
import type { Change } from './appendChange.ts';
import { createBases } from './bases.ts';
import type { Composition, HashedSdl } from './composeJob.ts';
import type { Composer } from './composer.ts';
import type { Head } from './head.ts';
import { publishRefusal } from './publishRefusal.ts';
import { badInput, refuseFaultyOptions } from './refuseFaultyInputs.ts';
import type { RegistryStore } from './registryStore.ts';
import type { Turns } from './turns.ts';
import type { ChangeRequest, WantedChange } from './wantedChange.ts';

/** How often a change is composed anew because other processes were faster, before it gives up: one that composes faster may win many times in a row. */
const maxTries = 100;

export interface ChangesParts {
  readonly store: RegistryStore;
  readonly head: Head;
  readonly composer: Composer;
  readonly turns: Turns;
  readonly breakingChanges: 'refuse' | 'allow';
  readonly clock: Clock;
  readonly log: Pick<Log, 'info'>;
}

export interface ChangeTerms extends ChangeOptions {
  /** By subgraph, the hash of the file this publishes. */
  readonly fileHashes?: ReadonlyMap<string, string>;
}

export interface Changes {
  /** Puts a change in force, or refuses it and changes nothing. */
  make(request: ChangeRequest, terms: ChangeTerms): Promise<ChangeOutcome>;
}

/** A change on its way: what was asked, and the version its author looked at. */
interface Attempt {
  readonly request: ChangeRequest;
  readonly terms: ChangeTerms;
  readonly base: number;
}

/** A change that fits, ready to be written. */
interface ComposedChange {
  readonly parent: number;
  readonly wanted: WantedChange;
  readonly supergraph: HashedSdl;
  readonly report: CheckReport;
}

/**
 * Changes are made one after the other, each on the newest supergraph: it is composed there, then written if that still is the newest,
 * and otherwise composed anew. So changes to different subgraphs do not hinder each other, in one process or several.
 */
export function createChanges(parts: ChangesParts): Changes {
  const { store, head, composer, turns, clock } = parts;
  const bases = createBases(store);

  async function make(attempt: Attempt): Promise<ChangeOutcome> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const outcome = await tryOn(await head.fresh(), attempt);
      if (outcome) return outcome;
    }
    throw new SluiceError(
      'CONFLICT',
      `Others changed the registry ${maxTries} times meanwhile; repeat the change`,
    );
  }

  /** Null when the supergraph it was made for is not the newest any more. */
  async function tryOn(served: Supergraph | null, attempt: Attempt): Promise<ChangeOutcome | null> {
    const replayed = await replay(store, attempt);
    if (replayed) return replayed;
    const { request, terms, base } = attempt;
    const newest = served?.version ?? 0;
    if (base > newest)
      throw badInput(`There is no version ${base} to base a change on: the newest is ${newest}`);
    const wanted = request.wantedOf(served);
    await refuseConflict(store, { touched: wanted.touched, base });
    if (wanted.changed.length === 0) return await leave(parts, newest, attempt);

    const composition = await compositionOf(wanted, served);
    const report = reportOf(composition, served);
    const mayBreak = request.kind !== 'publish' || (terms.allowBreaking ?? parts.breakingChanges === 'allow');
    const refusal = publishRefusal(report, { subgraphs: wanted.changed, mayBreak });
    const { supergraph } = composition;
    if (refusal || !supergraph)
      throw refusal ?? new Error('Composition gave neither a supergraph nor a reason');
    return await write({ parent: newest, wanted, supergraph, report }, attempt);
  }

  async function compositionOf(wanted: WantedChange, served: Supergraph | null): Promise<Composition> {
    if (!wanted.composed) return await composer.compose([...wanted.kept, ...wanted.published], served);
    const changes = served ? await composer.compare(served, wanted.composed) : [];
    return { supergraph: wanted.composed, errors: [], hints: [], changes };
  }

  async function write(composed: ComposedChange, attempt: Attempt): Promise<ChangeOutcome | null> {
    const { wanted, report, ...rest } = composed;
    const { kind, rolledBackTo } = attempt.request;
    const { author, fileHashes = noFiles } = attempt.terms;
    const { changed, kept, published } = wanted;
    const entry = { kind, changed, rolledBackTo, author };
    const idempotency = idempotencyOf(attempt, report);
    const atMs = clock.wallMs();
    await bases.known(); // Before there is anything newer.
    const hints = wanted.composed ? null : report.hints;
    const composedOf = { kept, published, hints };
    const written = await store.append({ ...rest, ...entry, ...composedOf, idempotency, fileHashes, atMs });
    if (!written) return null;
    await head.advance(written);
    const version = composed.parent + 1;
    parts.log.info({ version, hash: written.hash, ...entry }, `Supergraph version ${version} is in force`);
    return { version, changed: true, report };
  }

  return {
    async make(request, terms) {
      refuseFaultyOptions(terms);
      const base = terms.base ?? (await bases.newest());
      return await turns.take(() => make({ request, terms, base }));
    },
  };
}

const noFiles: ReadonlyMap<string, string> = new Map();

/** The registry has all of this: nothing changes, but the key and the files count as done. */
async function leave(
  { store, clock }: Pick<ChangesParts, 'store' | 'clock'>,
  version: number,
  attempt: Attempt,
): Promise<ChangeOutcome> {
  const comparedWith = version || null;
  const report: CheckReport = { errors: [], hints: [], changes: [], comparedWith, operations: null };
  const { fileHashes = noFiles } = attempt.terms;
  const idempotency = idempotencyOf(attempt, report);
  if (idempotency || fileHashes.size > 0)
    await store.remember({ version, idempotency, fileHashes, atMs: clock.wallMs() });
  return { version, changed: false, report };
}

async function replay(store: RegistryStore, { request, terms }: Attempt): Promise<ChangeOutcome | null> {
  const { idempotencyKey } = terms;
  if (idempotencyKey === undefined) return null;
  const done = await store.replay(idempotencyKey);
  if (!done) return null;
  if (done.inputHash !== request.inputHash) {
    throw badInput(
      `The idempotency key ${JSON.stringify(idempotencyKey)} was used for another change, version ${done.version}`,
    );
  }
  return { version: done.version, changed: false, report: done.report };
}

async function refuseConflict(
  store: RegistryStore,
  { touched, base }: { touched: readonly string[]; base: number },
): Promise<void> {
  const later = (await store.entriesAfter(base)).find(({ changed }) =>
    touched.some((name) => changed.includes(name)),
  );
  if (!later) return;
  const subgraph = touched.find((name) => later.changed.includes(name));
  const { version, author, atMs, kind } = later;
  throw new SluiceError(
    'CONFLICT',
    `Subgraph ${subgraph} was changed by ${author} at ${new Date(atMs).toISOString()} (${kind}, version ${version}), after version ${base} that this change is based on`,
    { extensions: { subgraph, version, author, atMs } },
  );
}

function idempotencyOf({ request, terms }: Attempt, report: CheckReport): Change['idempotency'] {
  if (terms.idempotencyKey === undefined) return null;
  return { key: terms.idempotencyKey, inputHash: request.inputHash, report };
}

export function reportOf({ errors, hints, changes }: Composition, served: Supergraph | null): CheckReport {
  return { errors, hints, changes, comparedWith: served?.version ?? null, operations: null };
}
