import { signal } from '@preact/signals';

/** What the admin refused, in its own words. */
export class Refusal extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** Whether the admin wants a token and none was shown. */
export const signedOut = signal(false);

/** Goes with every request: no other page's form or link can send it. */
export const ownHeaders = { 'sluice-console': '1' };

interface GraphqlError {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

/** Asks the admin API; throws a Refusal where it said no to any of it. */
export async function ask<Data>(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...ownHeaders },
    body: JSON.stringify({ query, variables }),
  }).catch(() => {
    throw new Refusal('The gateway cannot be reached: is it running?', 'UNREACHABLE');
  });
  if (response.status === 401) {
    signedOut.value = true;
    throw new Refusal('You are signed out.', 'UNAUTHENTICATED');
  }
  const { data, errors } = (await response.json()) as { data?: Data; errors?: readonly GraphqlError[] };
  const [first] = errors ?? [];
  if (first) throw new Refusal(first.message, first.extensions?.code ?? 'INTERNAL_SERVER_ERROR');
  if (!data) throw new Refusal('The admin answered without data.', 'INTERNAL_SERVER_ERROR');
  return data;
}

/** Shows a token once; from then on a cookie stands for it that no script can read. */
export async function signIn(token: string): Promise<void> {
  const response = await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...ownHeaders },
    body: JSON.stringify({ token }),
  });
  if (response.ok) return;
  const { errors } = (await response.json()) as { errors?: readonly GraphqlError[] };
  throw new Refusal(errors?.[0]?.message ?? 'This token was refused.', 'UNAUTHENTICATED');
}

export async function signOut(): Promise<void> {
  await fetch('/session', { method: 'DELETE', headers: ownHeaders });
  signedOut.value = true;
}
