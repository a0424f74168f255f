/** What a plan of `billing` lets its consumers do; for limits, which hold them to it. */
export interface PlanLimits {
  readonly plan: string;
  /** Where supergraph.yaml sets it, such as `billing.plans.gold`. */
  readonly setting: string;
  /** Requests of each of their sessions; null for none of its own. */
  readonly rate: PlanRate | null;
  /** Of each consumer; null for none of its own. */
  readonly quota: PlanQuota | null;
}

export interface PlanRate {
  readonly rate: { readonly count: number; readonly periodMs: number };
  readonly burst?: number | undefined;
}

export interface PlanQuota {
  readonly per: 'day' | 'month';
  readonly requests?: number | undefined;
  readonly cost?: number | undefined;
}
