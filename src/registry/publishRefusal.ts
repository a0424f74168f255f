import { SluiceError } from '../base/errors.ts';
import type { CheckReport, CompositionRemark } from '../model/registry.ts';

const shown = 3;

/**
 * Why a change with this report is refused, or null when it is not: COMPOSITION_FAILED, either since it does not compose, with all
 * reasons in `extensions.errors`, or since clients would break, with the breaking changes in `extensions.changes`.
 */
export function publishRefusal(
  { errors, changes }: CheckReport,
  { subgraphs, mayBreak }: { subgraphs: readonly string[]; mayBreak: boolean },
): SluiceError | null {
  if (errors.length > 0) {
    const message = `The subgraphs do not compose: ${list(errors.map(withPlace))}`;
    return new SluiceError('COMPOSITION_FAILED', message, { extensions: { errors } });
  }
  const breaking = changes.filter(({ severity }) => severity === 'BREAKING');
  if (mayBreak || breaking.length === 0) return null;
  const reasons = list(breaking.map(({ message }) => message));
  return new SluiceError(
    'COMPOSITION_FAILED',
    `Publishing ${subgraphs.join(', ')} would break clients: ${reasons}; publish with allowBreaking to do it anyway`,
    { extensions: { changes: breaking } },
  );
}

function withPlace({ message, places }: CompositionRemark): string {
  const [place] = places;
  return place ? `${message} (${place.subgraph} ${place.line}:${place.column})` : message;
}

function list(reasons: readonly string[]): string {
  const more = reasons.length > shown ? ` (and ${reasons.length - shown} more)` : '';
  return reasons.slice(0, shown).join('; ') + more;
}
