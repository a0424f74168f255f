import { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { type BodyExchange, type BodyLimits, readBody } from '../base/readBody.ts';
import type { AdminAnswer } from './adminAnswer.ts';
import type { Admission } from './admission.ts';
import { type ConsoleSessions, refuseOtherPages } from './consoleSessions.ts';

const shownToken = z.strictObject({ token: z.string().min(1).max(4096) });

/** POST of `{ token }` logs in to the console, DELETE logs out. */
export async function answerSession(
  exchange: BodyExchange,
  {
    parts,
    admission,
    address,
  }: {
    readonly parts: {
      readonly sessions: ConsoleSessions;
      readonly bodyLimits: BodyLimits;
      readonly clock: Clock;
    };
    readonly admission: Admission;
    readonly address: string;
  },
): Promise<AdminAnswer> {
  const { method, headers } = exchange.request;
  const { sessions } = parts;
  if (method !== 'POST' && method !== 'DELETE')
    throw new SluiceError('METHOD_NOT_ALLOWED', '/session is asked with POST and DELETE.', {
      headers: { allow: 'POST, DELETE' },
    });
  refuseOtherPages(headers);
  if (method === 'DELETE')
    return { status: 204, headers: { 'set-cookie': sessions.close(headers) }, body: '' };
  const shown = shownToken.safeParse(jsonOf(await readBody(exchange, parts)));
  if (!shown.success) throw new SluiceError('BAD_REQUEST', 'The body is a JSON object with the text token.');
  const digest = admission.checkToken(shown.data.token, address);
  // Without tokens there is nobody to be.
  const cookie = digest ? { 'set-cookie': sessions.open(digest, headers) } : {};
  return { status: 204, headers: cookie, body: '' };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null; // Refused with what else does not fit.
  }
}
