import { SluiceError } from '../base/errors.ts';
import type { PlanCommand } from './planCommand.ts';

/** For the log, and to know such a failure by. */
const outOfMemory = 'The planning thread was ended because of its memory';

/** The supergraph's name is no secret, the document is its author's: the message names neither. */
export function overran(command: PlanCommand, bound: string, detail?: string): SluiceError {
  const work = command.kind === 'load' ? 'The planner of this supergraph was not built' : 'No plan was found';
  return new SluiceError(
    'QUERY_PLANNING_TIMEOUT',
    `${work} within ${bound}: ask for less in one operation, or in several.`,
    { detail },
  );
}

export function tookTooMuch(command: PlanCommand, maxBytes: number): SluiceError {
  return overran(command, `${Math.round(maxBytes / 1024 ** 2)} MB of memory`, outOfMemory);
}

export function isOverrun(failure: unknown): failure is SluiceError {
  return failure instanceof SluiceError && failure.code === 'QUERY_PLANNING_TIMEOUT';
}

export function isOutOfMemory(failure: unknown): failure is SluiceError {
  return isOverrun(failure) && failure.detail === outOfMemory;
}

export function ended(): SluiceError {
  return new SluiceError('DRAINING', 'Planning ended while this operation was planned.');
}
