import type { Session } from '../../src/model/session.ts';

/** The session of a caller who showed nothing. */
export const anonymous: Session = {
  identified: false,
  subject: null,
  issuer: null,
  consumer: null,
  plan: null,
  scopes: new Set(),
  claims: {},
  expiresAtMs: null,
};
