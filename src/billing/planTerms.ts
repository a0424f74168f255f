import { sha256 } from '../base/sha256.ts';
import type { BillingOptions, PlanOptions } from './billingOptions.ts';
import { exponentOf } from './moneyText.ts';

/** What a plan costs, as it was at some time: never changes under its id. */
export interface PlanTerms {
  /** Names what it says. */
  readonly id: string;
  readonly plan: string;
  /** In minor units, as the price. */
  readonly fee: number;
  readonly included: number;
  readonly price: { readonly amount: number; readonly per: number } | null;
  /** Null for a plan that costs nothing. */
  readonly currency: string | null;
  /** How many decimals the currency has. */
  readonly exponent: number;
}

const idLength = 16;

/** The terms in force, by plan. */
export function termsOf({ plans, currency }: BillingOptions): ReadonlyMap<string, PlanTerms> {
  return new Map(Object.entries(plans).map(([plan, options]) => [plan, planTerms(plan, options, currency)]));
}

function planTerms(plan: string, options: PlanOptions, usual: string | undefined): PlanTerms {
  const { fee, included, price = null, currency = usual ?? null } = options;
  const exponent = currency === null ? 0 : exponentOf(currency);
  const terms = { plan, fee, included, price, currency, exponent };
  const told = [plan, fee, included, price && [price.amount, price.per], currency, exponent];
  return { id: sha256(JSON.stringify(told)).slice(0, idLength), ...terms };
}
