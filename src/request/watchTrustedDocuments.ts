import { resolve } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../model/log.ts';
import { listedRoutesOptions } from './listedRoute.ts';
import { fingerprintOf, readTrusted, type TrustedDocuments } from './readTrusted.ts';

export const trustedDocumentsOptions = z.strictObject({
  path: z
    .string()
    .min(1)
    .optional()
    .describe(
      "A folder of .graphql files, or a manifest: Apollo's of persisted queries, or a JSON object of texts by id.",
    ),
  mode: z
    .enum(['off', 'log', 'require'])
    .default('require')
    .describe(
      'Whether other documents are answered too: `off` answers them, `log` notes them as wouldRefuse, `require` refuses them.',
    ),
  routes: listedRoutesOptions,
});

type TrustedDocumentsOptions = z.output<typeof trustedDocumentsOptions>;

export type TrustedMode = TrustedDocumentsOptions['mode'];

export interface WatchedDocuments {
  current(): TrustedDocuments;
  /** Calls the listener whenever they have changed. */
  onChange(listener: () => void): void;
  close(): void;
}

/** How soon a changed folder or manifest is read again. */
const lookEveryMs = 5000;

/**
 * Reads the trusted documents, and again when they change; what cannot be read then changes nothing and is told. Throws what is wrong
 * with them at first.
 */
export async function watchTrustedDocuments(
  { path, routes }: { readonly path: string; readonly routes: TrustedDocumentsOptions['routes'] },
  { folder, clock, log }: { folder: string; clock: Clock; log: Log },
): Promise<WatchedDocuments> {
  const location = resolve(folder, path);
  const reading = { named: path, listed: routes };
  const listeners: (() => void)[] = [];
  let seen = await fingerprintOf(location);
  let current = await readTrusted(location, reading);
  let failure = '';
  let closed = false;
  let timer = clock.after(lookEveryMs, look);
  tellRead();

  function tellRead(): void {
    log.info({ documents: current.size, routes: current.routes.length, path }, 'trusted documents are read');
  }
  function look(): void {
    reread()
      .catch(tellOnce)
      .finally(() => {
        if (!closed) timer = clock.after(lookEveryMs, look);
      });
  }
  function tellOnce(err: unknown): void {
    if (String(err) !== failure)
      log.error({ err, path }, 'changed trusted documents cannot be read; the former ones stay');
    failure = String(err);
  }
  async function reread(): Promise<void> {
    const now = await fingerprintOf(location);
    if (now === seen) return;
    seen = now;
    current = await readTrusted(location, reading);
    failure = '';
    tellRead();
    for (const listener of listeners) listener();
  }
  return {
    current: () => current,
    onChange: (listener) => void listeners.push(listener),
    close() {
      closed = true;
      timer.cancel();
    },
  };
}
