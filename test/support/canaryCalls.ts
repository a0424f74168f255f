import { Pool } from 'undici';

/** A caller who may see only its own: each value it is answered with says `of NAME`. */
export interface CanaryCaller {
  readonly name: string;
  readonly headers: Record<string, string>;
}

export interface CanaryAnswer {
  readonly statusCode: number;
  readonly asked: readonly { readonly query: string }[];
  readonly text: string;
  /** Whose values are in it. */
  readonly names: readonly string[];
}

export interface CanaryCalls {
  /** The same numbers each time, from 0 on. */
  draw(below: number): number;
  ask(caller: CanaryCaller): Promise<CanaryAnswer>;
  close(): Promise<void>;
}

/** Random documents asked over 64 connections: alone once in so many times, else in batches. */
export function createCanaryCalls(
  endpoint: string,
  options: {
    readonly documents: readonly string[];
    readonly batchSize: number;
    readonly aloneOnceIn: number;
  },
): CanaryCalls {
  const { documents, batchSize, aloneOnceIn } = options;
  const pool = new Pool(new URL(endpoint).origin, { connections: 64 });
  let state = 1;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  return {
    draw,
    async ask({ headers }) {
      const size = draw(aloneOnceIn) === 0 ? 1 : batchSize;
      const asked = Array.from({ length: size }, () => ({ query: documents[draw(documents.length)] ?? '' }));
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(size === 1 ? asked[0] : asked),
      });
      const text = await body.text();
      const names = [...text.matchAll(/of ([a-z0-9-]+)/g)].map(([, name = '']) => name);
      return { statusCode, asked, text, names };
    },
    close: () => pool.close(),
  };
}
