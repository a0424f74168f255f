import { z } from 'zod';
import type { ListSize, SchemaRules } from '../model/schemaRules.ts';
import type { AppliedDirective } from './appliedDirectives.ts';
import { readArguments, texts } from './readArguments.ts';

const costArguments = z.object({ weight: z.int() });
const listSizeArguments = z.object({
  assumedSize: z.int().nonnegative().optional(),
  slicingArguments: texts.optional(),
  sizedFields: texts.optional(),
  requireOneSlicingArgument: z.boolean().default(true),
});

export function readCost(
  directives: readonly AppliedDirective[],
  onFault: (fault: string) => void,
): Pick<SchemaRules, 'weights' | 'listSizes'> {
  return { weights: readWeights(directives, onFault), listSizes: readListSizes(directives, onFault) };
}

/** Where subgraphs differ the largest weight counts, as composition has it. */
function readWeights(
  directives: readonly AppliedDirective[],
  onFault: (fault: string) => void,
): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const { coordinate, given } of readArguments(directives, 'cost', { schema: costArguments, onFault }))
    weights.set(coordinate, Math.max(given.weight, weights.get(coordinate) ?? given.weight));
  return weights;
}

/** Where subgraphs differ they are joined as composition does: the largest size, all arguments and fields of any, one argument only where all want it. */
function readListSizes(
  directives: readonly AppliedDirective[],
  onFault: (fault: string) => void,
): ReadonlyMap<string, ListSize> {
  const sizes = new Map<string, ListSize>();
  const read = readArguments(directives, 'listSize', { schema: listSizeArguments, onFault });
  for (const { coordinate, given } of read) {
    const known = sizes.get(coordinate);
    const assumed = [known?.assumedSize, given.assumedSize].filter((size) => typeof size === 'number');
    sizes.set(coordinate, {
      assumedSize: assumed.length > 0 ? Math.max(...assumed) : null,
      slicingArguments: joined(known?.slicingArguments, given.slicingArguments),
      sizedFields: joined(known?.sizedFields, given.sizedFields),
      requireOneSlicingArgument:
        (known?.requireOneSlicingArgument ?? true) && given.requireOneSlicingArgument,
    });
  }
  return sizes;
}

function joined(known: readonly string[] = [], more: readonly string[] = []): readonly string[] {
  return [...new Set([...known, ...more])];
}
