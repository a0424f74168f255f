import type { Session } from '../model/session.ts';

const anonymous: Session = {
  identified: false,
  subject: null,
  consumer: null,
  scopes: new Set(),
  claims: Object.freeze(Object.create(null)),
  expiresAtMs: null,
};

/** Everybody is anonymous until there is an identity provider. */
export const anonymousIdentity = {
  async identify(): Promise<Session> {
    return anonymous;
  },
};
