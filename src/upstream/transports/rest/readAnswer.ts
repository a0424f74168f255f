import type { Translation } from '../../../model/translation.ts';
import { type AnswerHead, isGone } from '../../answerHead.ts';
import { CallFailure } from '../../callFailure.ts';
import { malformedResponse } from '../../malformedResponse.ts';
import { readText, type TextBounds } from '../../readText.ts';
import type { HttpResponse } from '../../tryOverHttp.ts';
import { unavailable } from '../../unavailable.ts';
import { fieldFault } from '../translated/fieldFault.ts';
import { memberAt } from '../translated/wireObject.ts';

interface ReadingParts extends TextBounds {
  readonly errors: Translation['errors'];
  readonly isMissingError: boolean;
}

const notJson = 'something that is not JSON, as its API says';

/** Statuses that are about what was asked, and what they are to a client. */
const refusals: ReadonlyMap<number, string> = new Map([
  [400, 'BAD_USER_INPUT'],
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [409, 'CONFLICT'],
  [410, 'NOT_FOUND'],
  [412, 'CONFLICT'],
  [422, 'BAD_USER_INPUT'],
]);

/** What a response says: a value, null for what is not there, an error of the field, or a failure of the service. */
export async function readAnswer(
  response: HttpResponse,
  head: AnswerHead,
  parts: ReadingParts,
): Promise<unknown> {
  const { status } = head;
  const { subgraph } = parts;
  if (status >= 300 && status < 400)
    throw malformedResponse(
      subgraph,
      { status, why: 'redirects are not followed' },
      head,
      'a redirect, which is not followed',
    );
  if (isGone(status) || status === 429) throw unavailable(subgraph, head);
  if (status === 204 || status === 205) return true;
  if (status >= 200 && status < 300) return await readJson(response, head, parts);
  if ((status === 404 || status === 410) && !parts.isMissingError) return null;
  if (status >= 500)
    throw new CallFailure('SUBGRAPH_ERROR', `Subgraph "${subgraph}" failed.`, {
      detail: { status },
      fault: 'status',
    });
  throw await refusal(response, head, parts);
}

async function readJson(response: HttpResponse, head: AnswerHead, parts: ReadingParts): Promise<unknown> {
  const { subgraph } = parts;
  const contentType = response.headers['content-type'];
  if (response.body.length === 0) return true;
  if (!/^(?:application|text)\/(?:[\w.-]+\+)?json\b/i.test(String(contentType ?? '')))
    throw malformedResponse(subgraph, { status: head.status, contentType }, head, notJson);
  const text = await readText(response, parts);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformedResponse(subgraph, { status: head.status, cause }, head, notJson);
  }
}

/** The service's own words, where it says in a known form what it did not like. */
async function refusal(response: HttpResponse, head: AnswerHead, parts: ReadingParts): Promise<Error> {
  const { subgraph, errors } = parts;
  const { status } = head;
  const said = await readJson(response, head, parts).catch(() => null);
  const text = errors.message
    ? memberAt(said, errors.message)
    : [['detail'], ['message'], ['error', 'message'], ['title']]
        .map((way) => memberAt(said, way))
        .find(isText);
  const code = errors.code ? memberAt(said, errors.code) : null;
  return fieldFault(
    isText(code) ? code : (refusals.get(status) ?? 'SUBGRAPH_ERROR'),
    isText(text) ? text : `Subgraph "${subgraph}" refused this with status ${status}.`,
    { status },
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
