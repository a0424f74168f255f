import { SluiceError } from '../base/errors.ts';
import type { Session } from '../model/session.ts';

/** More coordinates than this are not told. */
const maxCoordinates = 20;

/**
 * Why an operation is refused as a whole: who showed nothing may try with a token or key, who showed one lacks something.
 * `coordinates` are those that are denied; null where they are not told.
 */
export function refusalFor({ identified }: Session, coordinates: readonly string[] | null): SluiceError {
  const told = coordinates?.slice(0, maxCoordinates) ?? null;
  const which = told ? `: ${told.join(', ')}${told.length < (coordinates?.length ?? 0) ? ', …' : ''}` : '';
  const extensions = told ? { coordinates: told } : {};
  return identified
    ? new SluiceError('FORBIDDEN', `This session may not see all that the operation asks for${which}.`, {
        extensions,
      })
    : new SluiceError(
        'UNAUTHENTICATED',
        `The operation asks for what only identified sessions may see${which}.`,
        { extensions, headers: { 'www-authenticate': 'Bearer' } },
      );
}
