import { ByteBudget } from '../byteBudget.ts';
import { tryOverHttp } from '../tryOverHttp.ts';
import type { Checking } from './transport.ts';

/** The largest answer to a check that is read. */
const maxBytes = 64 * 1024;

interface HealthQuestion extends Checking {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string | null;
}

/** What an instance answers when it is asked how it is. Rejects when it does not answer, or too much. */
export async function askForHealth(
  question: HealthQuestion,
): Promise<{ readonly status: number; readonly text: string }> {
  const json = { 'content-type': 'application/json', accept: 'application/json' };
  const headers = question.body === null ? { accept: json.accept } : json;
  const asked = { ...question, subgraph: '', headers, isCut: false, budget: new ByteBudget(maxBytes) };
  const { status, body } = await tryOverHttp(asked);
  return { status, text: body.toString('utf8') };
}
