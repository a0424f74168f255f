import { SluiceError } from '../base/errors.ts';
import type { Arrival, ResultMediaType } from '../model/arrival.ts';
import { chooseMediaType } from './chooseMediaType.ts';

/**
 * What can be told from method and headers alone, before a byte of the body is read: the method, the type of the body, whether the
 * answer can be written in a way the client reads, and whether a browser could have been tricked into sending this.
 * Gives the media type of the answer. Source: GraphQL over HTTP, sections 5 and 6.
 */
export function admitArrival({ method, headers }: Pick<Arrival, 'method' | 'headers'>): ResultMediaType {
  if (method !== 'GET' && method !== 'POST') {
    throw new SluiceError(
      'METHOD_NOT_ALLOWED',
      `The method ${method} is not served here; allowed: GET, POST.`,
      {
        headers: { allow: 'GET, POST' },
      },
    );
  }
  const mediaType = chooseMediaType(headers.accept);
  if (mediaType === null) {
    throw new SluiceError(
      'NOT_ACCEPTABLE',
      'None of the media types of Accept can be written; allowed: application/graphql-response+json, application/json.',
    );
  }
  const contentType = headers['content-type'];
  if (method === 'POST') checkBodyType(contentType);
  else checkGet(contentType, headers);
  return mediaType;
}

const jsonTypes = /^application\/(?:json|graphql\+json)(?: *; *charset *= *"?utf-8"?)? *;? *$/i;

export function checkBodyType(contentType: string | undefined): void {
  if (contentType !== undefined && contentType.length < 256 && jsonTypes.test(contentType)) return;
  throw new SluiceError(
    'UNSUPPORTED_MEDIA_TYPE',
    contentType === undefined
      ? 'The request has no content-type; allowed: application/json, in UTF-8.'
      : 'The content-type is not one that is read here; allowed: application/json, in UTF-8.',
    { headers: { accept: 'application/json' } },
  );
}

/**
 * A GET that a browser sends across sites without asking first carries none of these headers
 * (simple requests, Fetch standard section 2.2.2); its answer could be observed by timing.
 */
const preflightHeaders = ['apollo-require-preflight', 'x-apollo-operation-name', 'graphql-require-preflight'];

function checkGet(contentType: string | undefined, headers: Arrival['headers']): void {
  if (contentType !== undefined) {
    if (/^application\/json(?: *; *charset *= *utf-8)?$/i.test(contentType)) return;
    throw new SluiceError('UNSUPPORTED_MEDIA_TYPE', 'A GET may have no content-type but application/json.');
  }
  if (preflightHeaders.some((name) => headers[name])) return;
  throw new SluiceError(
    'CSRF_BLOCKED',
    'This GET could have been sent by a browser on behalf of another site; add the header apollo-require-preflight: 1.',
  );
}
