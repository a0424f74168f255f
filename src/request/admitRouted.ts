import { SluiceError } from '../base/errors.ts';
import type { Arrival, ArrivedRoute, ResultMediaType } from '../model/arrival.ts';
import { checkBodyType } from './admitArrival.ts';
import { chooseMediaType } from './chooseMediaType.ts';

/**
 * What can be told of a request to a route from its headers alone. Only JSON is written and read. A body has to say that it is JSON:
 * then no page of another site can send it without asking first (Fetch standard, section 2.2.2), as it cannot send PUT, PATCH and
 * DELETE. A GET changes nothing, and its answer is for no other site to read.
 */
export function admitRouted(
  { headers }: Pick<Arrival, 'headers'>,
  { hasBody }: ArrivedRoute,
): ResultMediaType {
  const mediaType = chooseMediaType(headers.accept, ['application/json']);
  if (mediaType === null) {
    throw new SluiceError(
      'NOT_ACCEPTABLE',
      'None of the media types of Accept can be written; allowed: application/json.',
    );
  }
  if (hasBody) checkBodyType(headers['content-type']);
  return mediaType;
}
