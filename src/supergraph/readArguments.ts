import { z } from 'zod';
import type { AppliedDirective, RuleDirective } from './appliedDirectives.ts';

/** A directive with its arguments as its rule needs them. */
export interface ReadDirective<Arguments> extends Pick<AppliedDirective, 'coordinate' | 'subgraphs'> {
  readonly given: Arguments;
}

/** The directives of one name whose arguments fit; each that does not is told in a sentence. */
export function readArguments<Arguments>(
  directives: readonly AppliedDirective[],
  name: RuleDirective,
  { schema, onFault }: { readonly schema: z.ZodType<Arguments>; onFault(fault: string): void },
): readonly ReadDirective<Arguments>[] {
  return directives.flatMap((directive) => {
    if (directive.name !== name) return [];
    const { success, data, error } = z.safeParse(schema, directive.given);
    if (success) return [{ ...directive, given: data }];
    const [issue] = error.issues;
    onFault(`@${name} of ${directive.coordinate} is left out: ${issue?.path.join('.')}: ${issue?.message}`);
    return [];
  });
}

/** A list of texts; GraphQL takes a single one for a list of it. */
export const texts = z
  .union([z.array(z.string()), z.string()])
  .transform((value) => (typeof value === 'string' ? [value] : value));
