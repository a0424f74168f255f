import type { SluiceError } from '../base/errors.ts';
import type { Fallbacks } from '../model/fallbacks.ts';
import type { FetchNode } from '../planning/planning.ts';
import {
  areCovered,
  type BroughtField,
  broughtFields,
  coordinatesOf,
  mayBeReplaced,
} from './broughtFields.ts';
import type { ForEachTarget } from './compileTargets.ts';
import { type DataObject, ownValue, setOwnValue } from './ownValue.ts';
import type { Run } from './run.ts';

/** Puts in what is declared for the fields of a fetch that failed; false when something of it has nothing. */
export type StandIn = (run: Run, failure: SluiceError) => boolean;

/** Compiled when it is first needed: most fetches never fail. */
export function standIn(
  node: FetchNode,
  { forEachTarget, fallbacks }: { forEachTarget: ForEachTarget; fallbacks: () => Fallbacks },
): StandIn {
  const { serviceName: subgraph } = node;
  let brought: readonly BroughtField[] | null = null;
  return (run, failure) => {
    if (!run.mayDegrade || node.outputRewrites?.length) return false;
    const current = fallbacks();
    if (!mayBeReplaced(failure, current)) return false;
    brought ??= broughtFields(node.operation, node.requires ? 'entities' : 'query');
    if (!areCovered(brought, { subgraph, fallbacks: current })) return false;
    forEachTarget(run.data, run.isShared, (target) => {
      for (const field of brought ?? []) put(target, field, current.fields.get(field.coordinate) ?? null);
    });
    run.degraded ??= [];
    run.degraded.push({ subgraph, code: failure.code, fields: coordinatesOf(brought) });
    run.caller.notes?.noteFallback?.(subgraph);
    return true;
  };
}

function put(target: DataObject, { type, name }: BroughtField, value: unknown): void {
  const own = ownValue(target, '__typename');
  if (typeof own === 'string' && own !== type) return;
  if (ownValue(target, name) === undefined) setOwnValue(target, name, structuredClone(value));
}
