import { isErrorCode, SluiceError } from '../base/errors.ts';
import { cliFailure } from './cliFailure.ts';
import { postJson } from './postJson.ts';

export interface AdminTarget {
  /** Such as `http://127.0.0.1:4100`; a path of `/graphql` may be there or not. */
  readonly url: string;
  readonly token: string | null;
}

/** Asks the admin API; the fields of the result are what the query selects. */
export interface AdminClient {
  /** Throws a SluiceError with the admin's code, message and extensions when it refuses. */
  ask<Data>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Data>;
}

/** Longer than the admin takes for its slowest answer, a composition of 30 s. */
const timeoutMs = 60_000;

export function createAdminClient({ url, token }: AdminTarget): AdminClient {
  const endpoint = `${url.replace(/\/+(graphql\/*)?$/, '')}/graphql`;

  async function post(body: string): Promise<unknown> {
    try {
      return parsed(await postJson(endpoint, { body, token, signal: AbortSignal.timeout(timeoutMs) }));
    } catch (failure) {
      throw cliFailure(
        `The admin at ${url} cannot be reached (${reasonOf(failure)}): start it with \`sluice serve\`, or say where it is with --admin URL.`,
      );
    }
  }

  return {
    async ask<Data>(query: string, variables: Readonly<Record<string, unknown>> = {}) {
      const answer = await post(JSON.stringify({ query, variables }));
      if (isObject(answer)) {
        const first: unknown = Array.isArray(answer.errors) ? answer.errors[0] : null;
        if (isObject(first)) throw refusalOf(first);
        if (isObject(answer.data)) return answer.data as Data;
      }
      throw cliFailure(`What answers at ${url} is not Sluice's admin: say where that is with --admin URL.`);
    },
  };
}

/** Null for what is not JSON: then it is not the admin that answered. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusalOf({ message, extensions }: Record<string, unknown>): SluiceError {
  const { code, ...more } = isObject(extensions) ? extensions : { code: null };
  return new SluiceError(isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR', String(message), {
    extensions: more,
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A name that leads to several addresses fails with the reasons of all. */
function reasonOf(failure: unknown): string {
  if (failure instanceof AggregateError && failure.errors.length > 0) return reasonOf(failure.errors[0]);
  return failure instanceof Error ? failure.message : String(failure);
}
