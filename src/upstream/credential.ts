import { Buffer } from 'node:buffer';
import { request } from 'undici';
import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { urlFault } from '../base/forbiddenAddress.ts';
import { withinTime } from '../base/withinTime.ts';
import { CallFailure } from './callFailure.ts';

const url = z.string().superRefine((text, context) => {
  const fault = urlFault(text);
  if (fault)
    context.addIssue({ code: 'custom', message: `expected a URL that may be called; this one ${fault}` });
});

/** How the gateway shows a subgraph who it is. */
export const authOptions = z.union([
  z.strictObject({
    bearer: z.string().min(1).meta({ secret: true }).describe('A token that is sent as it is.'),
  }),
  z.strictObject({
    clientCredentials: z
      .strictObject({
        tokenUrl: url.describe('Where tokens are asked for.'),
        clientId: z.string().min(1),
        clientSecret: z.string().min(1).meta({ secret: true }),
        scope: z.string().min(1).optional(),
        audience: z.string().min(1).optional(),
      })
      .describe(
        'OAuth 2.0 client credentials (RFC 6749, section 4.4): a token is asked for, and again before it ends.',
      ),
  }),
]);

export type AuthOptions = z.output<typeof authOptions>;
type ClientCredentials = Extract<AuthOptions, { clientCredentials: unknown }>['clientCredentials'];

interface Token {
  readonly value: string;
  /** Monotonic. */
  readonly renewAtMs: number;
}

const timeoutMs = 5000;
const maxBytes = 64 * 1024;
/** For a token that does not say how long it is good. */
const usualSeconds = 300;

/** The `authorization` that one subgraph wants. */
export class Credential {
  readonly #subgraph: string;
  readonly #options: AuthOptions;
  readonly #clock: Clock;
  #token: Token | null = null;
  #asking: Promise<Token> | null = null;

  constructor(subgraph: string, options: AuthOptions, clock: Clock) {
    this.#subgraph = subgraph;
    this.#options = options;
    this.#clock = clock;
  }

  /** At once where it is known. Rejects with SUBGRAPH_UNREACHABLE when no token can be had. */
  header(): string | Promise<string> {
    if ('bearer' in this.#options) return `Bearer ${this.#options.bearer}`;
    const { clientCredentials } = this.#options;
    const token = this.#token;
    if (token && this.#clock.monotonicMs() < token.renewAtMs) return `Bearer ${token.value}`;
    this.#asking ??= this.#ask(clientCredentials).finally(() => {
      this.#asking = null;
    });
    return this.#asking.then(({ value }) => `Bearer ${value}`);
  }

  async #ask(options: ClientCredentials): Promise<Token> {
    const bounds = { timeoutMs, signal: new AbortController().signal, clock: this.#clock };
    try {
      const token = await withinTime((signal) => this.#fetch(options, signal), bounds);
      this.#token = token;
      return token;
    } catch (cause) {
      throw new CallFailure(
        'SUBGRAPH_UNREACHABLE',
        `The gateway's credential for subgraph "${this.#subgraph}" cannot be had.`,
        { cause, fault: null, isUnsent: true },
      );
    }
  }

  async #fetch(
    { tokenUrl, clientId, clientSecret, scope, audience }: ClientCredentials,
    signal: AbortSignal,
  ) {
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (scope !== undefined) form.set('scope', scope);
    if (audience !== undefined) form.set('audience', audience);
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    const { statusCode, body } = await request(tokenUrl, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
      },
      body: form.toString(),
      signal,
    });
    let text = '';
    for await (const chunk of body) {
      text += String(chunk);
      if (text.length > maxBytes) throw new Error('The answer of the token URL is too large');
    }
    if (statusCode !== 200) throw new Error(`The token URL answered ${statusCode}`);
    const parsed = JSON.parse(text) as { access_token?: unknown; expires_in?: unknown } | null;
    const value = parsed?.access_token;
    // What goes into a header must be one (RFC 6750, section 2.1).
    if (typeof value !== 'string' || !/^[\w.~+/-]+=*$/.test(value))
      throw new Error('The token URL answered no bearer token');
    const seconds = Number(parsed?.expires_in) > 0 ? Number(parsed?.expires_in) : usualSeconds;
    // Renewed when nine tenths of its time are over: the last calls with it have to get there.
    return { value, renewAtMs: this.#clock.monotonicMs() + seconds * 900 };
  }
}
