import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { TokenHolder } from './adminCaller.ts';
import type { AdminToken } from './adminOptions.ts';
import type { FailedTokens } from './failedTokens.ts';
import { isLoopbackHost } from './isLoopbackHost.ts';

/** Who is let in. */
export interface Admission {
  /** For every path; `port` is the one the admin is bound to. Refuses with HEADER_DENIED. */
  checkOrigin(headers: IncomingHttpHeaders, port: number): void;
  /** The holder of the caller's token; null when no tokens are in use. Refuses with UNAUTHENTICATED or RATE_LIMITED. */
  holder(headers: IncomingHttpHeaders, address: string): TokenHolder | null;
  /** The digest of a token that somebody logs in with; null when no tokens are in use. Refuses as `holder` does. */
  checkToken(token: string, address: string): Buffer | null;
}

export interface AdmissionParts {
  /** Outlives a change of the tokens. */
  readonly failedTokens: FailedTokens;
  /** The digest of the token that a session of the console stands for; null where there is none. */
  readonly sessionOf: (headers: IncomingHttpHeaders) => Buffer | null;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * With tokens, whoever shows one. Without, the only guard is that the caller is on this machine, and a web page in its browser is not:
 * it is told by its Origin or, when its name was made to resolve to 127.0.0.1 (DNS rebinding), by the Host it believes to speak to.
 */
export function createAdmission(
  tokens: readonly AdminToken[],
  { failedTokens, sessionOf, log }: AdmissionParts,
): Admission {
  if (tokens.length === 0)
    return { checkOrigin: checkLocalCaller, holder: () => null, checkToken: () => null };
  const known = tokens.map(({ name, role, subgraphs = null, token }) => ({
    holder: { name, role, subgraphs },
    digest: digestOf(token),
  }));

  // Digests have one length and every token is compared, so the time it takes tells nothing.
  const find = (digest: Buffer) => known.filter((each) => timingSafeEqual(each.digest, digest))[0];

  function check(token: string, address: string) {
    failedTokens.check(address);
    const found = find(digestOf(token));
    if (found) return found;
    failedTokens.note(address);
    log.warn({ address }, 'A wrong token was shown to the admin');
    throw unauthenticated('This token is not one of admin.tokens.', ', error="invalid_token"');
  }

  return {
    checkOrigin: () => undefined,
    holder(headers, address) {
      const given = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
      if (given !== undefined) return check(given, address).holder;
      const session = sessionOf(headers);
      const found = session && find(session);
      if (found) return found.holder;
      throw unauthenticated(
        'The admin wants a token: send the header Authorization: Bearer TOKEN (the command line: --token or SLUICE_ADMIN_TOKEN).',
      );
    },
    checkToken: (token, address) => check(token, address).digest,
  };
}

function checkLocalCaller(headers: IncomingHttpHeaders, port: number): void {
  const host = headers.host ?? '';
  if (!isOwnHost(host, port))
    throw new SluiceError(
      'HEADER_DENIED',
      `The header Host holds ${shown(host)}; the admin answers to 127.0.0.1:${port} and localhost:${port} only.`,
    );
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`)
    throw new SluiceError(
      'HEADER_DENIED',
      `The header Origin holds ${shown(origin)}; only pages of http://${host} may use the admin.`,
    );
}

function isOwnHost(host: string, port: number): boolean {
  const match = /^(\[[^\]]*\]|[^:]+)(?::(\d{1,5}))?$/.exec(host);
  return match?.[1] !== undefined && isLoopbackHost(match[1]) && Number(match[2] ?? 80) === port;
}

function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

/** `more` are further parameters of the challenge (RFC 6750, section 3). */
function unauthenticated(message: string, more = ''): SluiceError {
  return new SluiceError('UNAUTHENTICATED', message, {
    headers: { 'www-authenticate': `Bearer realm="sluice admin"${more}` },
  });
}

function shown(value: string): string {
  return value === '' ? 'nothing' : JSON.stringify(value.slice(0, 200));
}
