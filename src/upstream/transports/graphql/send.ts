import type { Answer } from '../../answer.ts';
import { ByteBudget } from '../../byteBudget.ts';
import { tryOverHttp } from '../../tryOverHttp.ts';
import type { Sending } from '../transport.ts';
import { readAnswer } from './readAnswer.ts';

/** One request over HTTP with a GraphQL operation as text, and its answer, read. */
export async function send({ call, headers, limits, noteBytes, ...sending }: Sending): Promise<Answer> {
  const { subgraph, body } = call;
  const { path } = sending.target;
  const { maxBytes, maxValues, extensions } = limits;
  const asked = { subgraph, method: 'POST', path, body, headers: { ...headers } } as const;
  const response = await tryOverHttp({ ...sending, ...asked, budget: new ByteBudget(maxBytes) });
  noteBytes(response.body.length);
  return readAnswer(response, sending.clock, { subgraph, maxBytes, maxValues, extensions });
}
