import { SluiceError } from '../base/errors.ts';
import type { CheckReport, CompositionRemark } from '../model/registry.ts';

const shown = 3;

/** The subgraphs do not compose: COMPOSITION_FAILED with all reasons in `extensions.errors`. */
export function uncomposable({ errors }: CheckReport): SluiceError {
  return new SluiceError(
    'COMPOSITION_FAILED',
    `The subgraphs do not compose: ${list(errors.map(withPlace))}`,
    {
      extensions: { errors },
    },
  );
}

/** They compose, but clients would break: COMPOSITION_FAILED with the breaking ones in `extensions.changes`. */
export function brokenClients(subgraphs: readonly string[], { changes }: CheckReport): SluiceError {
  const breaking = changes.filter(({ severity }) => severity === 'BREAKING');
  return new SluiceError(
    'COMPOSITION_FAILED',
    `Publishing ${subgraphs.join(', ')} would break clients: ${list(breaking.map(({ message }) => message))}; publish with allowBreaking to do it anyway`,
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
