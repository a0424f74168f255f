import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An identity provider that answers for its keys only, and one token of it that lasts as long as a run may take. */
export interface Issuer {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const key = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' };
  const answer = JSON.stringify({ keys: [key] });
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const token = await new SignJWT({ scope: 'read write', client_id: 'bench' })
    .setProtectedHeader({ alg: 'RS256', kid: 'bench' })
    .setIssuer(url)
    .setAudience('bench')
    .setSubject('load')
    .setIssuedAt()
    .setExpirationTime('12h')
    .sign(privateKey);
  return {
    url,
    token,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
