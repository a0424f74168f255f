import type { Session } from '../model/session.ts';
import type { ClaimNames } from './identityOptions.ts';
import { unauthenticated } from './unauthenticated.ts';

/** Whom a provider's tokens have to be meant for and how its claims are read. */
export interface ClaimRules {
  readonly issuer: string;
  /** Null where the provider itself says whether a token may be used here. */
  readonly audience: readonly string[] | null;
  readonly clockToleranceMs: number;
  readonly names: ClaimNames;
}

export interface Judged {
  readonly session: Session;
  /** Wall milliseconds from which on it must not be used; Infinity when only the provider knows. */
  readonly endsAtMs: number;
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * The session that verified claims stand for; UNAUTHENTICATED where they do not allow one. `exp` is the first moment at which a token
 * is not taken, `nbf` the first at which it is (RFC 7519, sections 4.1.4 and 4.1.5); both are moved by the tolerance.
 */
export function sessionOf(
  claims: Claims,
  { rules, nowMs, mustExpire }: { rules: ClaimRules; nowMs: number; mustExpire: boolean },
): Judged {
  const expiresAtMs = momentOf(claims.exp);
  const notBeforeMs = momentOf(claims.nbf);
  momentOf(claims.iat);
  if (expiresAtMs === null && mustExpire) throw unauthenticated('claims', 'exp is missing');
  const endsAtMs = (expiresAtMs ?? Number.POSITIVE_INFINITY) + rules.clockToleranceMs;
  if (nowMs >= endsAtMs) throw unauthenticated('expired');
  if (notBeforeMs !== null && nowMs < notBeforeMs - rules.clockToleranceMs) throw unauthenticated('notYet');
  checkAudience(claims, rules);
  const session: Session = {
    identified: true,
    subject: subjectOf(claims),
    issuer: rules.issuer,
    consumer: firstText(claims, rules.names.consumer),
    plan: firstText(claims, rules.names.plan),
    scopes: scopesOf(claims, rules.names.scopes),
    claims: Object.freeze(Object.assign(Object.create(null) as Record<string, unknown>, claims)),
    expiresAtMs,
  };
  return { session, endsAtMs };
}

/** Seconds since 1970 as milliseconds; null when there is none. */
function momentOf(seconds: unknown): number | null {
  if (seconds === undefined) return null;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds * 1000))
    throw unauthenticated('claims', 'a time is no number');
  return seconds * 1000;
}

function checkAudience(claims: Claims, { audience, names }: ClaimRules): void {
  if (audience === null) return;
  const meant = claims[names.audience];
  if (meant === undefined) throw unauthenticated('claims', `${names.audience} is missing`);
  const listed: readonly unknown[] = Array.isArray(meant) ? meant : [meant];
  if (!audience.some((each) => listed.includes(each))) throw unauthenticated('audience');
}

/** A client that speaks for itself may be named by its client id alone. */
function subjectOf({ sub, client_id: clientId }: Claims): string {
  const subject = sub ?? clientId;
  if (typeof subject !== 'string' || subject === '')
    throw unauthenticated('claims', 'sub is missing or no text');
  return subject;
}

function firstText(claims: Claims, names: readonly string[]): string | null {
  for (const name of names) {
    const value = claims[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

function scopesOf(claims: Claims, names: readonly string[]): ReadonlySet<string> {
  const scopes = new Set<string>();
  for (const name of names) {
    const value = claims[name];
    const listed = Array.isArray(value) ? value : typeof value === 'string' ? value.split(' ') : [];
    for (const scope of listed) if (typeof scope === 'string' && scope !== '') scopes.add(scope);
  }
  return scopes;
}
