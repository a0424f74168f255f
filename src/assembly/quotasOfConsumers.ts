import type { QuotaState } from '../model/quotaState.ts';
import type { Session } from '../model/session.ts';

export interface QuotasOfConsumersParts {
  /** Read anew each time: the limits change with the settings. */
  readonly plugins: {
    readonly limits: { quotasOf(session: Session): Promise<readonly QuotaState[]> };
  };
  readonly billing: { readonly invoices: { planOf(consumer: string): Promise<string | null> } };
}

/** Where consumers stand in their quotas: as a session of theirs would, on the plan they are on. */
export function quotasOfConsumers({ plugins, billing }: QuotasOfConsumersParts) {
  return async (consumer: string): Promise<readonly QuotaState[]> => {
    const plan = await billing.invoices.planOf(consumer);
    return await plugins.limits.quotasOf({ ...nobody, consumer, plan });
  };
}

const nobody: Session = {
  identified: true,
  subject: null,
  issuer: null,
  consumer: null,
  plan: null,
  scopes: new Set(),
  claims: {},
  expiresAtMs: null,
};
