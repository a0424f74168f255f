import type { Expected } from './badCase.ts';
import { canaries, type Target } from './target.ts';

export const query = JSON.stringify({ query: '{ person(id: 1) { name } }' });
export const person = { person: { name: 'Person 1' } };
/** What is expected of a refusal. */
export const refused = (status: number, code: NonNullable<Expected['code']>) => ({ status, code });

/** The head of a POST as it stands on the wire, with a secret in it. */
export function postHead(fields: readonly string[]): string {
  const common = [
    'Host: gateway',
    'Content-Type: application/json',
    `Authorization: Bearer ${canaries.header}`,
  ];
  return ['POST /graphql HTTP/1.1', ...common, ...fields, '', ''].join('\r\n');
}

export const soundPost = postHead([`Content-Length: ${query.length}`]) + query;

/** Writes the parts one after another; gives the one answer, once the server has ended the connection if it has to. */
export async function exchange(target: Target, parts: readonly (string | Buffer)[], { ends = true } = {}) {
  const connection = await target.raw();
  for (const part of parts) connection.write(part);
  const replies = await connection.responses(1);
  connection.end();
  if (ends) await connection.ended;
  connection.destroy();
  if (replies.length > 1) throw new Error(`${replies.length} answers came to one request`);
  return replies[0] ?? null;
}
