import type { ErrorCode } from '../../src/base/errors.ts';
import type { GatewayName, Reply, Target } from './target.ts';

/** One bad input, by its number in the corpus, and its one correct answer. */
export interface BadCase {
  readonly id: string;
  readonly title: string;
  /** `usual` unless it takes other settings. */
  readonly gateway?: GatewayName;
  /** Sends it; gives what the client got, or null when the connection ends without an answer. */
  send(target: Target): Promise<Reply | null>;
  readonly expect: Expected;
}

export interface Expected {
  /** Null when there is no answer. */
  readonly status: number | null;
  /** Of every error of a refusal; without it the answer is a normal one. */
  readonly code?: ErrorCode;
  /** The whole `data` of a normal answer. */
  readonly data?: unknown;
  readonly headers?: Readonly<Record<string, string | RegExp>>;
  readonly message?: RegExp;
  /** Most errors in the list; 1 unless it says more. */
  readonly maxErrors?: number;
  /** Access lines it is worth; 1 unless it is several requests, or none. */
  readonly lines?: number;
  /** What its access line says besides. */
  readonly logged?: Readonly<Record<string, unknown>>;
  /** Whatever else there is to see. */
  check?(reply: Reply | null, target: Target): void | Promise<void>;
}

/** Faults of a well-formed request: 200 in application/json, the catalogue's status in application/graphql-response+json. */
export function inBothTypes(
  {
    id,
    title,
    code,
    ...expected
  }: { id: string; title: string; code: ErrorCode } & Omit<Expected, 'status' | 'code'>,
  body: () => unknown,
): BadCase[] {
  const accepted = [
    ['application/json', 200],
    ['application/graphql-response+json', 400],
  ] as const;
  return accepted.map(([accept, status]) => ({
    id,
    title: `${title}, as ${accept}`,
    send: (target) => target.post(body(), { accept }),
    expect: {
      ...expected,
      status,
      code,
      headers: { ...expected.headers, 'content-type': `${accept}; charset=utf-8` },
    },
  }));
}
