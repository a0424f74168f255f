import { hash, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock, Timer } from '../base/clock.ts';
import { SingleFlight } from '../base/singleFlight.ts';
import type { DecisionNotes } from '../model/decision.ts';
import type { Log } from '../model/log.ts';
import type { Session } from '../model/session.ts';
import type { ApiKeyBackup } from './apiKeyBackup.ts';
import { type ApiKeyStore, type StoredKey, stateOf } from './apiKeyStore.ts';
import type { KeyedHash } from './keyedHash.ts';
import { apiKeyId } from './newApiKey.ts';
import { tellRemembered, tellVerified } from './tellSession.ts';
import { unauthenticated } from './unauthenticated.ts';

export interface ApiKeySessionsParts {
  readonly store: ApiKeyStore;
  readonly keyedHash: () => Promise<KeyedHash>;
  readonly backup: Pick<ApiKeyBackup, 'restore'>;
  readonly maxSessions: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** What keys stand for; remembered, so that the store is asked once for each key and then only whether something changed. */
export interface ApiKeySessions {
  /** Throws or rejects with UNAUTHENTICATED, or STORE_UNAVAILABLE for a key that is not known yet. */
  sessionFor(key: string, notes: DecisionNotes | null): Session | Promise<Session>;
  /** Forgets what was remembered: something has changed. */
  forget(): void;
  close(): void;
}

/** What is known of a key: its session, or why it has none. */
type Known = { readonly session: Session; readonly endsAtMs: number } | Refused;
type Refused = { readonly refusedFor: string };

/** Kept apart from the good ones: whoever invents keys must not push those out. */
const maxRefused = 10_000;

/** How soon another process's change is seen; one small read each while any key is remembered. */
const watchMs = 1_000;

export function createApiKeySessions(parts: ApiKeySessionsParts): ApiKeySessions {
  const { store, keyedHash, backup, maxSessions, clock, log } = parts;
  const known = new LRUCache<string, Known>({ max: maxSessions });
  const refused = new LRUCache<string, Refused>({ max: maxRefused });
  const asking = new SingleFlight<Known>();
  let revision: number | null = null;
  let forgotten = 0;
  let isFailing = false;
  let watching: Timer | null = null;
  let isClosed = false;

  function forget(): void {
    known.clear();
    refused.clear();
    forgotten += 1;
  }

  async function watch(): Promise<void> {
    try {
      const now = await store.revision();
      if (now !== revision) forget();
      revision = now;
      if (isFailing) log.info({}, 'API keys can be looked up again');
      isFailing = false;
    } catch (failure) {
      if (isClosed) return;
      if (!isFailing)
        log.warn(
          { err: failure },
          'The store cannot be read: API keys that are known go on, others are refused',
        );
      isFailing = true;
    }
    if (!isClosed) watching = clock.after(watchMs, () => void watch());
  }

  async function look(name: string, key: string, id: string): Promise<Known> {
    await backup.restore();
    const before = forgotten;
    revision ??= await store.revision();
    const found = judge(await store.key(id), { key, keyed: await keyedHash(), nowMs: clock.wallMs(), log });
    // What was read while something changed may be what it was before.
    if (before === forgotten) {
      if ('refusedFor' in found) refused.set(name, found);
      else known.set(name, found);
    }
    watching ??= clock.after(watchMs, () => void watch());
    return found;
  }

  function sessionOf(found: Known, notes: DecisionNotes | null, tell: typeof tellVerified): Session {
    if ('refusedFor' in found) throw unauthenticated('apiKey', found.refusedFor);
    if (clock.wallMs() >= found.endsAtMs) throw unauthenticated('apiKey', 'it has expired');
    notes?.decided('identity', found.session, tell);
    return found.session;
  }

  return {
    sessionFor(key, notes) {
      const name = hash('sha256', key, 'base64');
      const found = known.get(name) ?? refused.get(name);
      if (found) return sessionOf(found, notes, tellRemembered);
      const id = apiKeyId(key);
      if (id === null) throw unauthenticated('apiKey', 'it has not the form of one');
      return asking.run(name, () => look(name, key, id)).then((late) => sessionOf(late, notes, tellVerified));
    },
    forget,
    close() {
      isClosed = true;
      watching?.cancel();
    },
  };
}

interface Shown {
  readonly key: string;
  readonly keyed: KeyedHash;
  readonly nowMs: number;
  readonly log: Log;
}

/** The hash is made and compared before anything else is looked at, for an unknown id too: how much of a secret is right cannot be timed. */
function judge(stored: StoredKey, { key, keyed, nowMs, log }: Shown): Known {
  const isSame = timingSafeEqual(Buffer.from(keyed.hashOf(key), 'hex'), Buffer.from(stored.hash, 'hex'));
  if (stored.id === null) return { refusedFor: 'there is none of its id' };
  if (stored.secret_name !== keyed.secretName) {
    log.warn(
      { consumer: stored.consumer, id: stored.id },
      'An API key was hashed with another secret than identity.apiKeys.secret, or the one in storage.dir: it cannot be verified',
    );
  }
  if (!isSame) return { refusedFor: 'its secret is another one' };
  const state = stateOf(stored, nowMs);
  if (state !== 'active') return { refusedFor: `it is ${state}` };
  if (stored.suspended) return { refusedFor: `the consumer ${stored.consumer} is suspended` };
  return { session: sessionOfKey(stored), endsAtMs: stored.expires_at_ms ?? Number.POSITIVE_INFINITY };
}

function sessionOfKey({ id, consumer, plan, scopes, expires_at_ms: expiresAtMs }: StoredKey): Session {
  const claims: Record<string, unknown> = Object.create(null);
  Object.assign(claims, { consumer, key_id: id, plan, scope: scopes.join(' ') });
  return {
    identified: true,
    subject: null,
    issuer: null,
    consumer,
    plan,
    scopes: new Set(scopes),
    claims: Object.freeze(claims),
    expiresAtMs,
  };
}
