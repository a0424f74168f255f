import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import jsonwebtoken from 'jsonwebtoken';
import type { Clock } from '../base/clock.ts';
import { readOrCreate } from '../base/readOrCreate.ts';
import { usualClaimNames as names } from './identityOptions.ts';
import type { VerificationKey } from './keyRing.ts';
import type { Provider } from './provider.ts';
import { createVerifier } from './verifier.ts';

const issuer = 'urn:sluice:dev';
const audience = 'urn:sluice:dev';
const algorithm = 'ES256';

export interface DevTokenWanted {
  readonly subject: string;
  /** Space-separated, as in a token. */
  readonly scopes: string;
  readonly lifetimeMs: number;
}

/**
 * A token of the development issuer, whose key is in `dir` and is made when it is not there. Only a gateway that runs in `dev` mode on
 * the same folder takes it.
 */
export async function devToken(
  { subject, scopes, lifetimeMs }: DevTokenWanted,
  { dir, clock }: { dir: string; clock: Clock },
): Promise<string> {
  const issuedAt = Math.floor(clock.wallMs() / 1000);
  const claims = { sub: subject, scope: scopes, iat: issuedAt, exp: issuedAt + Math.ceil(lifetimeMs / 1000) };
  return jsonwebtoken.sign(claims, await readKey(dir), { algorithm, issuer, audience });
}

/** The same as a provider; its one key does not change while the process runs. */
export async function createDevIssuer({ dir, clock }: { dir: string; clock: Clock }): Promise<Provider> {
  const key: VerificationKey = {
    id: null,
    algorithms: [algorithm],
    key: createPublicKey(await readKey(dir)),
    withdrawn: false,
  };
  const rules = { issuer, audience: [audience], clockToleranceMs: 0, names };
  const keys = {
    find: ({ kid, alg }: { kid: string | null; alg: string }) =>
      kid === null && alg === algorithm ? [key] : [],
    findNew: async () => [],
  };
  return {
    issuer,
    verify: createVerifier({ rules, algorithms: [algorithm], keys, clock }),
    introspect: null,
    close: () => undefined,
  };
}

async function readKey(dir: string): Promise<KeyObject> {
  const text = await readOrCreate(join(dir, 'dev-issuer.pem'), () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString(),
  );
  return createPrivateKey(text);
}
