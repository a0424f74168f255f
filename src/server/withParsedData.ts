import { WrittenData } from '../execution/execution.ts';

/** Of Apollo Server's response body, what matters here. */
interface Body {
  readonly kind: string;
  readonly singleResult?: { data?: unknown };
}

/**
 * While `look` runs, the result's `data` is an object again, as plugins expect it. It is parsed when somebody looks at it; when
 * nobody did, the text that is written stays as the engine made it.
 */
export async function withParsedData(body: Body | undefined, look: () => Promise<void>): Promise<void> {
  const result = body?.singleResult;
  const written: unknown = result?.data;
  if (!result || !(written instanceof WrittenData)) return look();
  let data: unknown = written;
  Object.defineProperty(result, 'data', {
    configurable: true,
    enumerable: true,
    get() {
      if (data === written) data = JSON.parse(written.text);
      return data;
    },
    set(value: unknown) {
      data = value;
    },
  });
  try {
    await look();
  } finally {
    Object.defineProperty(result, 'data', {
      configurable: true,
      enumerable: true,
      writable: true,
      value: data,
    });
  }
}
