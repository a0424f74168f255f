import { isDeepStrictEqual } from 'node:util';
import type { ProviderOptions } from './identityOptions.ts';
import { createProvider, type Provider, type ProviderParts } from './provider.ts';

/** The identity providers in use, over changes of the settings. */
export interface Providers {
  /** Those listed; one that was in use with the same options keeps its keys, one that is listed no more is closed. */
  use(listed: readonly ProviderOptions[], refreshMs: number): readonly Provider[];
  close(): void;
}

interface InUse {
  readonly options: ProviderOptions;
  readonly refreshMs: number;
  readonly provider: Provider;
}

export function createProviders(parts: Omit<ProviderParts, 'refreshMs'>): Providers {
  let inUse: readonly InUse[] = [];
  return {
    use(listed, refreshMs) {
      const former = inUse;
      inUse = listed.map((options) => {
        const same = former.find((each) =>
          isDeepStrictEqual([each.options, each.refreshMs], [options, refreshMs]),
        );
        return same ?? { options, refreshMs, provider: createProvider(options, { ...parts, refreshMs }) };
      });
      for (const each of former) if (!inUse.includes(each)) each.provider.close();
      return inUse.map(({ provider }) => provider);
    },
    close() {
      for (const { provider } of inUse) provider.close();
      inUse = [];
    },
  };
}
