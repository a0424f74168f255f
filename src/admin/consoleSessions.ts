import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { sha256 } from '../base/sha256.ts';

/** Who has logged in to the console: a cookie that stands for a token, for a day at most. */
export interface ConsoleSessions {
  /** Begins a session of the token with this digest; gives the field `Set-Cookie`. */
  open(digest: Buffer, headers: IncomingHttpHeaders): string;
  /** The digest of the token of this request's session; null where there is none. Refuses with CSRF_BLOCKED what another page may have sent. */
  digestOf(headers: IncomingHttpHeaders): Buffer | null;
  /** Ends it; gives the field `Set-Cookie` that forgets it. */
  close(headers: IncomingHttpHeaders): string;
}

const cookieName = 'sluice_console';
const lifetimeMs = 24 * 3_600_000;
/** Those that were used last; nobody has so many operators. */
const maxSessions = 1000;

/**
 * Kept in this process by the hash of their id, so whoever reads its memory dumps has no cookie. A session is worth what its token is: when
 * that is taken out of the settings, the session ends with it.
 */
export function createConsoleSessions({ clock }: { readonly clock: Pick<Clock, 'wallMs'> }): ConsoleSessions {
  const sessions = new LRUCache<string, { readonly digest: Buffer; readonly endsAtMs: number }>({
    max: maxSessions,
  });
  return {
    open(digest, headers) {
      const id = randomBytes(32).toString('base64url');
      sessions.set(sha256(id), { digest, endsAtMs: clock.wallMs() + lifetimeMs });
      return cookie(id, lifetimeMs, headers);
    },
    digestOf(headers) {
      const id = idOf(headers);
      if (id === null) return null;
      const session = sessions.get(sha256(id));
      if (!session || session.endsAtMs <= clock.wallMs()) return null;
      refuseOtherPages(headers);
      return session.digest;
    },
    close(headers) {
      const id = idOf(headers);
      if (id !== null) sessions.delete(sha256(id));
      return cookie('', 0, headers);
    },
  };
}

function cookie(id: string, ageMs: number, { origin }: IncomingHttpHeaders): string {
  // Behind a proxy that speaks TLS, the browser's Origin is what says so.
  const secure = origin?.startsWith('https://') ? '; Secure' : '';
  return `${cookieName}=${id}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${ageMs / 1000}${secure}`;
}

function idOf({ cookie: sent }: IncomingHttpHeaders): string | null {
  for (const part of (sent ?? '').split(';')) {
    const [name = '', value = ''] = part.trim().split('=');
    if (name === cookieName && value !== '') return value;
  }
  return null;
}

/**
 * SameSite=Strict keeps other sites out, and not other ports of this one. A header that no form and no link can send, and that scripts of
 * another origin may not without asking, keeps out the rest; what the browser says of the sender is believed besides.
 */
export function refuseOtherPages(headers: IncomingHttpHeaders): void {
  const { origin, host, 'sec-fetch-site': site } = headers;
  const isOwn = headers['sluice-console'] !== undefined && (site === undefined || site === 'same-origin');
  if (isOwn && (origin === undefined || origin.replace(/^https?:\/\//, '') === host)) return;
  throw new SluiceError(
    'CSRF_BLOCKED',
    'This did not come from a page of the console: it wants the header sluice-console, and to be sent by its own origin.',
  );
}
