import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { sha256 } from '../base/sha256.ts';
import type { StartThread } from '../base/startThread.ts';
import type { Log } from '../model/log.ts';
import type { Supergraph, SupergraphSource } from '../model/supergraph.ts';
import { type Composer, createComposer } from './composer.ts';
import { createFileReader } from './fileReader.ts';
import { readLastGood, writeLastGood } from './lastGood.ts';
import { createListeners } from './listeners.ts';
import { poll } from './poll.ts';
import type { RegistryOptions } from './registryOptions.ts';
import { createUrlReader } from './urlReader.ts';

/** Asking for a file's state costs microseconds, and half a second is soon enough to be called at once. */
const fileIntervalMs = 500;

export interface StaticSupergraphParts {
  /** A path, or an http or https URL. */
  readonly location: string;
  /** The last good supergraph of a URL is in `<dir>/supergraphs/`. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly startThread?: StartThread | undefined;
}

export interface StaticSupergraph extends SupergraphSource {
  /** `last-good` while the URL has been down since the start and what was kept of it is served; `fault` as long as the location is bad. */
  state(): { readonly origin: 'location' | 'last-good'; readonly fault: string | null };
  close(): Promise<void>;
}

/**
 * Serves a composed supergraph as it is, from a file or URL that is looked at again and again. What cannot be read or served is
 * logged once and changes nothing. At the start there has to be something to serve: otherwise BAD_USER_INPUT or COMPOSITION_FAILED.
 */
export async function createStaticSupergraph(
  options: RegistryOptions,
  parts: StaticSupergraphParts,
): Promise<StaticSupergraph> {
  const { clock, log } = parts;
  const { reader, name, intervalMs, folder } = placeOf(options, parts);
  const composer = createComposer(options.composition, parts);
  const listeners = createListeners({ log });
  let current: Supergraph | null = null;
  let origin: 'location' | 'last-good' = 'location';
  let fault: string | null = null;
  let isRejected = false;

  async function look(): Promise<void> {
    const sdl = await reader.read();
    if (sdl !== null) {
      isRejected = true;
      const supergraph = await verified(sdl, { composer, name });
      isRejected = false;
      await serve(supergraph);
    }
    if (isRejected) return; // still what was refused before
    if (fault !== null) log.info({ hash: current?.hash }, `${name} is as it should be again`);
    fault = null;
    origin = 'location';
  }

  async function serve(supergraph: Supergraph): Promise<void> {
    if (supergraph.hash === current?.hash) return;
    current = supergraph;
    log.info({ hash: supergraph.hash }, `${name} is in force`);
    listeners.tell(supergraph);
    if (folder !== null) await keep(supergraph, { folder, log });
  }

  async function lookAgain(): Promise<void> {
    try {
      await look();
    } catch (failure) {
      const { code, message, cause } = SluiceError.from(failure);
      if (code === 'DRAINING') return;
      if (message !== fault) log.error({ err: cause }, `${message}; what is served stays in force`);
      fault = message;
    }
  }

  async function start(): Promise<void> {
    try {
      await look();
    } catch (failure) {
      const found = folder === null ? null : (await readLastGood(folder)).lastGood;
      if (!found) throw failure;
      fault = SluiceError.from(failure).message;
      log.error({ hash: found.supergraph.hash }, `${fault}; the last good one on disk is served`);
      current = found.supergraph;
      origin = 'last-good';
    }
  }

  try {
    await start();
  } catch (failure) {
    await composer.close();
    await reader.close();
    throw failure;
  }
  const polling = poll(lookAgain, { clock, intervalMs });
  return {
    current: () => current,
    onChange: listeners.add,
    state: () => ({ origin, fault }),
    async close() {
      await composer.close(); // first, so that nobody waits for it
      await polling.stop();
      await reader.close();
    },
  };
}

function placeOf(options: RegistryOptions, { location, dir, clock }: StaticSupergraphParts) {
  const { interval, timeout, maxSize } = options.supergraph;
  if (!/^https?:\/\//i.test(location)) {
    const reader = createFileReader(location, { maxBytes: maxSize });
    return { reader, name: `The supergraph ${location}`, intervalMs: fileIntervalMs, folder: null };
  }
  const reader = createUrlReader(location, { clock, timeoutMs: timeout, maxBytes: maxSize });
  // A folder for each URL, so that another one does not start with this one's supergraph.
  const folder = join(dir, 'supergraphs', `url-${sha256(location).slice(0, 16)}`);
  return { reader, name: 'The supergraph of the URL', intervalMs: interval, folder };
}

async function verified(
  sdl: string,
  { composer, name }: { composer: Composer; name: string },
): Promise<Supergraph> {
  const fault = await composer.faultOf(sdl);
  if (fault !== null) throw new SluiceError('COMPOSITION_FAILED', `${name} ${fault}`);
  return { version: null, hash: sha256(sdl), sdl, subgraphs: [] };
}

async function keep(supergraph: Supergraph, { folder, log }: { folder: string; log: Log }): Promise<void> {
  try {
    await writeLastGood(folder, { supergraph, fileHashes: new Map() });
  } catch (failure) {
    log.error({ err: failure, folder }, 'The last good supergraph cannot be kept on disk');
  }
}
