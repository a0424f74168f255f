import type { GraphQLSchema } from 'graphql';
import { SluiceError } from '../base/errors.ts';
import type { AdminCaller } from './adminCaller.ts';
import type { Audit } from './audit.ts';
import type { AuditedChange } from './auditedChange.ts';
import { authorOf } from './authorOf.ts';
import { type FieldNeeds, type MutationRule, mutationRules, queryNeeds } from './mutationRules.ts';
import { refuseUnlessAllowed } from './refuseUnlessAllowed.ts';

type Resolve = (asked: unknown, caller: AdminCaller) => unknown;

/** A function for each root field. */
export type RootResolvers = Readonly<Record<string, Resolve>>;

const viewerNeeds: FieldNeeds = { role: 'viewer' };

/** The same root fields, asked only by those who may, and every mutation written down. Throws for a mutation without a rule. */
export function guardResolvers(
  resolvers: object,
  { schema, audit }: { schema: GraphQLSchema; audit: Pick<Audit, 'note'> },
): RootResolvers {
  const open = new Map<string, Resolve>(Object.entries(resolvers));
  const guarded: Record<string, Resolve> = Object.create(null);
  for (const field of Object.keys(schema.getQueryType()?.getFields() ?? {})) {
    const needs = ruleOf(queryNeeds, field) ?? viewerNeeds;
    guarded[field] = (asked, caller) => {
      refuseUnlessAllowed({ field, needs, asked }, caller);
      return open.get(field)?.(asked, caller);
    };
  }
  for (const field of Object.keys(schema.getMutationType()?.getFields() ?? {})) {
    const rule = ruleOf(mutationRules, field);
    if (!rule) throw new Error(`The mutation ${field} has no rule in mutationRules that says who may ask it`);
    guarded[field] = async (asked, caller) => {
      try {
        refuseUnlessAllowed({ field, needs: rule, asked }, caller);
        const result = await open.get(field)?.(asked, caller);
        const change = () => changeOf({ field, rule, asked, made: rule.made?.(result) }, caller);
        if (!rule.isRoutine) await audit.note(change());
        return result;
      } catch (failure) {
        const refusal = SluiceError.from(failure);
        await audit.note(changeOf({ field, rule, asked, refusal }, caller));
        throw failure;
      }
    };
  }
  return guarded;
}

function ruleOf<Rule>(rules: Readonly<Record<string, Rule>>, field: string): Rule | undefined {
  return Object.hasOwn(rules, field) ? rules[field] : undefined;
}

interface AskedChange {
  readonly field: string;
  readonly rule: MutationRule;
  readonly asked: unknown;
  readonly made?: object | undefined;
  readonly refusal?: SluiceError;
}

function changeOf({ field, rule, asked, made, refusal }: AskedChange, caller: AdminCaller): AuditedChange {
  const { holder, address, requestId } = caller;
  const faultResult = refusal && (refusal.status >= 500 ? 'failed' : 'refused');
  return {
    by: holder?.name ?? statedAuthor(asked, caller),
    role: holder?.role ?? null,
    address,
    action: field,
    target: rule.target(asked),
    result: faultResult ?? 'done',
    code: refusal?.code ?? null,
    requestId,
    details: { ...rule.details(asked), ...made },
  };
}

/** The author they gave may be what they are refused for. */
function statedAuthor(asked: unknown, caller: AdminCaller): string {
  try {
    return authorOf((asked as { author?: string | null }).author, caller);
  } catch {
    return authorOf(null, caller);
  }
}
