// The client that a subgraph process registers itself with: `import { register } from 'sluice/register'`. Plain JavaScript without
// dependencies, since it runs in somebody else's process.

const registerQuery = `mutation register($subgraph: String!, $url: String!, $weight: Float!, $zone: String, $ttlSeconds: Float!) {
  registerInstance(subgraph: $subgraph, url: $url, weight: $weight, zone: $zone, ttlSeconds: $ttlSeconds) { expiresAt }
}`;
const renewQuery = `mutation renew($subgraph: String!, $url: String!, $ttlSeconds: Float!) {
  renewInstance(subgraph: $subgraph, url: $url, ttlSeconds: $ttlSeconds) { expiresAt }
}`;
const removeQuery = `mutation remove($subgraph: String!, $url: String!) { removeInstance(subgraph: $subgraph, url: $url) { removed } }`;

/**
 * Registers this process as an instance of a subgraph, and again before its lease ends, until `stop` is called: then it is called no more.
 * A gateway that cannot be reached is tried again; nothing is thrown, `onFailure` is told.
 *
 * @param {{
 *   subgraph: string,
 *   url: string,
 *   admin?: string,
 *   token?: string,
 *   weight?: number,
 *   zone?: string,
 *   ttlSeconds?: number,
 *   onFailure?: (failure: Error) => void,
 * }} options
 * @returns {{ stop(): Promise<void> }}
 */
export function register({ subgraph, url, admin = 'http://127.0.0.1:4100', token, onFailure, ...more }) {
  const { weight = 1, zone = null, ttlSeconds = 30 } = more;
  const ask = async (query, variables) => {
    const response = await fetch(new URL('/graphql', admin), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(5000),
    });
    const { errors } = await response.json();
    if (errors?.length > 0) throw new Error(errors[0].message);
  };
  const attempt = (query, variables) => ask(query, variables).catch((failure) => onFailure?.(failure));
  const begin = () => attempt(registerQuery, { subgraph, url, weight, zone, ttlSeconds });
  // A lease that has ended meanwhile begins anew.
  const renew = () => ask(renewQuery, { subgraph, url, ttlSeconds }).catch(begin);
  let last = begin();
  const timer = setInterval(
    () => {
      last = renew();
    },
    (ttlSeconds * 1000) / 3,
  );
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await last;
      last = attempt(removeQuery, { subgraph, url });
      await last;
    },
  };
}
