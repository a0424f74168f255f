import {
  type Authorization,
  authorizationOptions,
  createAuthorization,
} from '../../src/authorization/authorization.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from './silentLog.ts';

/** As a gateway has it that sets nothing about it. */
export function plainAuthorization(): Promise<Authorization> {
  const options = authorizationOptions.parse({});
  return createAuthorization({
    options,
    folder: '.',
    suggestions: false,
    clock: systemClock,
    log: silentLog,
  });
}
