import { createAddressRanges } from '../base/addressRanges.ts';
import { SluiceError } from '../base/errors.ts';
import { type RuleMode, ruleOf } from '../base/ruleMode.ts';
import type { ToldDecision } from '../model/decision.ts';
import type { GatewayPlugin } from '../model/gatewayPlugin.ts';

export interface AddressListsOptions {
  readonly mode: RuleMode;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** Lets requests in by their address; null when there is nothing to check. */
export function addressLists({ mode, allow, deny }: AddressListsOptions): GatewayPlugin | null {
  const [denyRule, allowRule] = [ruleOf('access.deny', mode), ruleOf('access.allow', mode)];
  if (!denyRule || !allowRule || (allow.length === 0 && deny.length === 0)) return null;
  const [denied, allowed] = [createAddressRanges(deny), createAddressRanges(allow)];
  return {
    admit(passage) {
      const { address } = passage.arrival;
      // An address that cannot be read could be any, so it is one that is denied.
      if (address === '' || denied.has(address))
        return passage.refuse(deny.length > 0 ? denyRule : allowRule, notLetIn());
      if (allow.length > 0 && !allowed.has(address)) return passage.refuse(allowRule, notLetIn());
      passage.decided('access', null, tellLetIn);
    },
  };
}

function tellLetIn(): ToldDecision {
  return { text: 'no list keeps the address out' };
}

function notLetIn(): SluiceError {
  return new SluiceError('ADDRESS_DENIED', 'This address is not let in.');
}
