import { SluiceError } from '../base/errors.ts';
import type { Registry } from '../model/registry.ts';

export function registryOf({ registry }: { readonly registry: Registry | null }): Registry {
  if (registry) return registry;
  throw new SluiceError(
    'NOT_FOUND',
    'This gateway serves a supergraph as it was given (--supergraph) and has no registry: start it without --supergraph to publish, check, look back or roll back.',
  );
}
