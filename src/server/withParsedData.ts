import { WrittenData } from '../execution/execution.ts';

/** Of Apollo Server's response body, what matters here. */
interface Body {
  readonly kind: string;
  singleResult?: { data?: unknown };
}

/**
 * While `look` runs, the result's `data` is an object again, as plugins expect it. It is parsed when somebody looks at it; when
 * nobody did, the text that is written stays as the engine made it. A proxy, since the hidden class of an object that is given an
 * accessor would keep its request alive (docs/decisions/0009).
 */
export async function withParsedData(body: Body | undefined, look: () => Promise<void>): Promise<void> {
  const result = body?.singleResult;
  const written: unknown = result?.data;
  if (!body || !result || !(written instanceof WrittenData)) return look();
  const looking = new Proxy(result, {
    get(target, name) {
      if (name === 'data' && target.data === written) target.data = JSON.parse(written.text);
      return target[name as keyof typeof target];
    },
  });
  body.singleResult = looking;
  try {
    await look();
  } finally {
    // A plugin may have put another result there.
    if (body.singleResult === looking) body.singleResult = result;
  }
}
