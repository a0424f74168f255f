import { SluiceError } from '../base/errors.ts';
import type { AdminCaller } from './adminCaller.ts';
import type { FieldNeeds } from './mutationRules.ts';
import { suffices } from './role.ts';

export interface AskedField {
  readonly field: string;
  readonly needs: FieldNeeds;
  /** Its arguments. */
  readonly asked: unknown;
}

/** Refuses with FORBIDDEN what the caller's token is not good for. */
export function refuseUnlessAllowed(
  { field, needs, asked }: AskedField,
  { holder }: Pick<AdminCaller, 'holder'>,
): void {
  if (!holder) return;
  const { name, role, subgraphs: own } = holder;
  if (!suffices(role, needs.role))
    throw new SluiceError(
      'FORBIDDEN',
      `${field} needs a token with the role ${needs.role}; ${name} has the role ${role}.`,
      { extensions: { role: needs.role } },
    );
  if (own === null || !needs.subgraphs) return;
  const about = needs.subgraphs(asked);
  const foreign = about?.find((subgraph) => !own.includes(subgraph));
  if (about && foreign === undefined) return;
  const found = about ? `it is about ${JSON.stringify(foreign?.slice(0, 100))}` : 'it is about all of them';
  throw new SluiceError(
    'FORBIDDEN',
    `${field} is not for the token of ${name}: ${found}, and the token is for the subgraphs ${own.join(', ')}.`,
  );
}
