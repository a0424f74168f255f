import type { Registry } from '../model/registry.ts';
import type { SupergraphSource } from '../model/supergraph.ts';
import { describeTypes } from '../supergraph/supergraph.ts';
import type { LiveFeed } from './liveFeed.ts';
import { type ProtectiveSettings, protectiveRules } from './protectiveRules.ts';
import { registryOf } from './registryOf.ts';

export interface ConsoleResolverParts {
  readonly registry: Registry | null;
  readonly source: SupergraphSource;
  readonly feed: LiveFeed;
  /** The sections of the settings in which rules stand. */
  readonly protective: () => ProtectiveSettings;
}

/** The root fields that the console asks for besides. */
export function createConsoleResolvers(parts: ConsoleResolverParts) {
  const { feed, source, protective } = parts;
  return {
    rules: () => protectiveRules(protective(), feed.rules()),
    async types({ version }: { version?: number | null }) {
      if (typeof version !== 'number') return describeTypes(source.current()?.sdl ?? '');
      return describeTypes((await registryOf(parts).supergraph(version))?.sdl ?? '');
    },
    changes: ({ version }: { version: number }) => registryOf(parts).changesOf(version),
    hints: ({ version }: { version: number }) => registryOf(parts).hintsOf(version),
  };
}
