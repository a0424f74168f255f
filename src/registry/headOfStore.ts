import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { Supergraph } from '../model/supergraph.ts';
import type { LastGood } from './lastGood.ts';
import type { StoredSupergraph } from './readSupergraph.ts';
import type { RegistryStore } from './registryStore.ts';

/** What to serve, and whether it came through the store or had to be put back into it. */
export interface HeadOfStore {
  readonly supergraph: Supergraph;
  readonly origin: 'store' | 'last-good';
}

export interface HeadOfStoreParts {
  readonly store: RegistryStore;
  /** Whether other gateways write to it, so that what is on disk here may be older than what it lost, or not wanted any more. */
  readonly isShared: boolean;
  readonly clock: Clock;
  readonly log: Pick<Log, 'error'>;
}

/** What this gateway knew before it looked. */
export interface Known {
  /** The newest version of the store, 0 when there is none. */
  readonly version: number;
  readonly lastGood: LastGood | null;
  /** Whether this process has seen the store in order before. */
  readonly hasSeenStore: boolean;
}

/**
 * The newest version of the store, or the last good one, put back if the store has lost it and may have it back. A store of our own
 * may; a shared one only at the start and before anybody published there, since then somebody may be playing back a backup, or have.
 * Null when there is nothing to serve; STORE_UNAVAILABLE when the store is damaged, or lost what is served and may not have it back.
 */
export async function headOfStore(known: Known, parts: HeadOfStoreParts): Promise<HeadOfStore | null> {
  const { version, lastGood } = known;
  const { store, isShared, log } = parts;
  const stored = version === 0 ? null : ((await store.read(version)) ?? missing);
  const isBehind = version < (lastGood?.supergraph.version ?? 0);
  const isTruth = isShared && (await store.hasHistory());
  if (stored?.supergraph && (!isBehind || isTruth)) {
    if (isBehind) log.error({ version, served: lastGood?.supergraph.version }, behind);
    return { supergraph: stored.supergraph, origin: 'store' };
  }
  if (lastGood) return await putBack(lastGood, { known, stored, isTruth }, parts);
  if (stored) throw new SluiceError('STORE_UNAVAILABLE', 'The store is damaged', { detail: stored.damage });
  return null;
}

interface Lost {
  readonly known: Known;
  readonly stored: StoredSupergraph | null;
  readonly isTruth: boolean;
}

async function putBack(
  lastGood: LastGood,
  { known: { version, hasSeenStore }, stored, isTruth }: Lost,
  { store, isShared, clock, log }: HeadOfStoreParts,
): Promise<HeadOfStore> {
  const mayAppend = !isShared || !(hasSeenStore || isTruth);
  const served = lastGood.supergraph.version;
  if (!mayAppend && !stored?.damage)
    throw new SluiceError('STORE_UNAVAILABLE', lost, { detail: { version, served } });
  const bounded = mayAppend ? 'recoveries' : 'nothing';
  const supergraph = await store.restore(lastGood, {
    onto: isShared ? bounded : 'anything',
    atMs: clock.wallMs(),
  });
  log.error(
    { reason: stored?.damage ?? `its newest version is ${version}`, lastGood: served },
    'The store has lost what was served: it is put back from the last good supergraph on disk',
  );
  return { supergraph, origin: 'last-good' };
}

const missing: StoredSupergraph = { supergraph: null, damage: 'a supergraph without its SDL' };
const lost =
  'The store has lost what is served; a restart puts it back if nobody has published there by then';
const behind =
  'The store is older than what was served here, as after a backup was played back: the store is what counts, and is served';
