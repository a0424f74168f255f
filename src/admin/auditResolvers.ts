import { SluiceError } from '../base/errors.ts';
import type { AdminCaller } from './adminCaller.ts';
import type { Audit } from './audit.ts';
import { isoTime } from './isoTime.ts';

const maxFirst = 1000;

interface AskedAudit {
  readonly first: number;
  readonly after?: number | null;
  readonly by?: string | null;
  readonly action?: string | null;
}

/** The root fields about who asks, and who changed what. */
export function createAuditResolvers(audit: Pick<Audit, 'read'>) {
  return {
    caller(_asked: object, { holder }: AdminCaller) {
      return holder ?? { name: null, role: 'operator', subgraphs: null };
    },

    async audit({ first, after, by, action }: AskedAudit) {
      if (first < 1 || first > maxFirst)
        throw new SluiceError('BAD_USER_INPUT', `first is ${first}; allowed: 1 to ${maxFirst}.`);
      const entries = await audit.read({
        first,
        ...(typeof after === 'number' && { after }),
        ...(typeof by === 'string' && { by }),
        ...(typeof action === 'string' && { action }),
      });
      return entries.map(({ atMs, result, ...entry }) => ({
        ...entry,
        at: isoTime(atMs),
        result: result.toUpperCase(),
      }));
    },
  };
}
