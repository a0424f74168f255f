import { hash } from 'node:crypto';
import type { Arrival } from '../../model/arrival.ts';
import type { Answer } from '../respond.ts';

/**
 * An answer to GET or HEAD by what HTTP says of keeping it (RFC 9110, section 13; RFC 9111). Where nothing was said of it, it may be kept
 * and has to be asked for each time, which the tag makes cheap. What who calls gets is not for others who call.
 */
export function finishAnswer(answer: Answer, { method, headers: asked }: Arrival): Answer {
  if ((method !== 'GET' && method !== 'HEAD') || answer.status !== 200) return answer;
  const isShown = asked.authorization !== undefined || asked['x-api-key'] !== undefined;
  const etag = tagOf(answer.body);
  const headers = {
    'cache-control': isShown ? 'private, no-cache' : 'no-cache',
    ...answer.headers,
    vary: [answer.headers.vary, 'authorization', 'x-api-key'].filter(Boolean).join(', '),
    etag,
  };
  if (!isKnown(etag, asked['if-none-match'])) return { ...answer, headers };
  const { 'content-type': _type, ...kept } = headers as Record<string, string | string[]>;
  return { status: 304, headers: kept, body: '' };
}

/** Weak, for the bytes depend on how they are compressed. */
function tagOf(body: string): string {
  return `W/"${hash('sha256', body, 'base64url').slice(0, 22)}"`;
}

/** More of them than fit in this many characters are not looked at. */
const maxTags = 4096;

function isKnown(tag: string, known: string | undefined): boolean {
  if (known === undefined) return false;
  if (known.trim() === '*') return true;
  const opaque = tag.slice(2);
  return known
    .slice(0, maxTags)
    .split(',')
    .some((each) => each.trim().replace(/^W\//, '') === opaque);
}
