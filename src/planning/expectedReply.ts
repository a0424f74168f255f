import { SluiceError } from '../base/errors.ts';
import type { PlanReply } from './planCommand.ts';

/** The reply of this kind; a refusal or a failure is thrown. */
export function expectedReply<Kind extends PlanReply['kind']>(
  reply: PlanReply,
  kind: Kind,
): Extract<PlanReply, { kind: Kind }> {
  if (isOfKind(reply, kind)) return reply;
  if (reply.kind === 'refused')
    throw new SluiceError(
      reply.code,
      reply.message,
      reply.locations.length > 0 ? { extensions: { locations: reply.locations } } : {},
    );
  const detail = reply.kind === 'failed' ? reply.detail : `The planning thread answered ${reply.kind}`;
  throw new SluiceError('INTERNAL_SERVER_ERROR', 'Internal server error', { detail });
}

function isOfKind<Kind extends PlanReply['kind']>(
  reply: PlanReply,
  kind: Kind,
): reply is Extract<PlanReply, { kind: Kind }> {
  return reply.kind === kind;
}
