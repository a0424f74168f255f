import { Supergraph } from '@apollo/federation-internals';
import { type Change, CriticalityLevel, diff } from '@graphql-inspector/core';
import { type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import type { SchemaChange } from '../model/registry.ts';
import type { HashedSdl } from './composeJob.ts';

/** The one served and the one that may follow it. */
const keptSchemas = 2;
/** More of one operation are not told. */
const maxFaults = 5;

export interface SchemaChanges {
  /** What clients would notice between two supergraphs, gravest first. Throws when one of them cannot be served. */
  between(before: HashedSdl | null, after: HashedSdl): Promise<readonly SchemaChange[]>;
  /** What is wrong with each operation afterwards; nothing with those that were wrong before. */
  faultsOf(change: {
    readonly before: HashedSdl;
    readonly after: HashedSdl;
    readonly operations: readonly string[];
  }): readonly (readonly string[])[];
}

const severities = {
  [CriticalityLevel.Breaking]: 'BREAKING',
  [CriticalityLevel.Dangerous]: 'DANGEROUS',
  [CriticalityLevel.NonBreaking]: 'SAFE',
} as const satisfies Record<CriticalityLevel, SchemaChange['severity']>;

const gravity = { BREAKING: 0, DANGEROUS: 1, SAFE: 2 } as const;

/** Compares what clients see, the API schemas; it remembers the last ones, since what is served is compared again and again. */
export function createSchemaChanges(): SchemaChanges {
  const schemas = new Map<string, GraphQLSchema>();

  function apiSchema({ hash, sdl }: HashedSdl): GraphQLSchema {
    const schema = schemas.get(hash) ?? buildApiSchema(sdl);
    schemas.delete(hash);
    schemas.set(hash, schema);
    for (const oldest of schemas.keys()) {
      if (schemas.size <= keptSchemas) break;
      schemas.delete(oldest);
    }
    return schema;
  }

  return {
    async between(before, after) {
      const schemaAfter = apiSchema(after);
      if (!before || before.hash === after.hash) return [];
      const changes = await diff(apiSchema(before), schemaAfter);
      return changes.map(schemaChange).sort((a, b) => gravity[a.severity] - gravity[b.severity]);
    },
    faultsOf({ before, after, operations }) {
      const [schemaBefore, schemaAfter] = [apiSchema(before), apiSchema(after)];
      return operations.map((text) => {
        const document = parse(text, { noLocation: true });
        const faults = validate(schemaAfter, document, specifiedRules, { maxErrors: maxFaults });
        const isNew = faults.length > 0 && validate(schemaBefore, document, specifiedRules).length === 0;
        return isNew ? faults.slice(0, maxFaults).map(({ message }) => message) : [];
      });
    },
  };
}

function buildApiSchema(sdl: string): GraphQLSchema {
  return Supergraph.build(sdl, { supportedFeatures: null }).apiSchema().toGraphQLJSSchema();
}

function schemaChange({ criticality, type, path, message }: Change): SchemaChange {
  return { severity: severities[criticality.level], kind: String(type), coordinate: path ?? null, message };
}
