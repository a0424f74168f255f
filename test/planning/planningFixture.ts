import { composeServices } from '@apollo/composition';
import { afterEach } from '@jest/globals';
import { parse } from 'graphql';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { sha256 } from '../../src/base/sha256.ts';
import {
  createPlanning,
  type Planning,
  type PlanRequest,
  planningOptions,
} from '../../src/planning/planning.ts';

export const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: [
  "@key", "@shareable", "@requires", "@external", "@provides", "@override", "@tag", "@authenticated", "@requiresScopes", "@policy",
  "@cost", "@listSize", "@cacheTag", "@composeDirective", "@interfaceObject"])
`;

export function supergraphOf(subgraphs: Record<string, string>): string {
  const composed = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({
      name,
      url: `http://127.0.0.1/${name}`,
      typeDefs: parse(link + sdl),
    })),
  );
  if (!composed.supergraphSdl) throw new Error(String(composed.errors));
  return composed.supergraphSdl;
}

export const atlas = supergraphOf({
  countries:
    'type Query { country(code: ID!): Country } type Country @key(fields: "code") { code: ID! name: String! neighbour: Country }',
  cities: 'type Country @key(fields: "code") { code: ID! cities: [City!]! } type City { name: String! }',
});

/** As Federation 1 composed it. */
export const oldSupergraph = `
  schema @core(feature: "https://specs.apollo.dev/core/v0.1") @core(feature: "https://specs.apollo.dev/join/v0.1") { query: Query }
  directive @core(feature: String!) repeatable on SCHEMA
  directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet) on FIELD_DEFINITION
  directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT | INTERFACE
  directive @join__owner(graph: join__Graph!) on OBJECT | INTERFACE
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  scalar join__FieldSet
  enum join__Graph {
    CATALOG @join__graph(name: "catalog", url: "http://127.0.0.1/catalog")
    PRICES @join__graph(name: "prices", url: "http://127.0.0.1/prices")
  }
  type Query { product: Product @join__field(graph: CATALOG) }
  type Product @join__owner(graph: CATALOG) @join__type(graph: CATALOG, key: "id") @join__type(graph: PRICES, key: "id") {
    id: ID! @join__field(graph: CATALOG)
    price: Int @join__field(graph: PRICES)
  }`;

export function asked(document: string, more: Partial<PlanRequest> = {}): PlanRequest {
  return { ...inSupergraph(atlas), document, operationName: null, validate: true, withText: true, ...more };
}

export function inSupergraph(supergraphSdl: string) {
  return { supergraphSdl, supergraphHash: sha256(supergraphSdl) };
}

/** A document whose fragments spread into 2^depth fields. */
export function bomb(depth: number, code = 'CH'): string {
  let text = `{ country(code: "${code}") { ...F0 } } fragment F${depth} on Country { name cities { name } }`;
  for (let i = 0; i < depth; i += 1)
    text += ` fragment F${i} on Country { a: neighbour { ...F${i + 1} } b: neighbour { ...F${i + 1} } }`;
  return text;
}

const ten = Array.from({ length: 10 }, (_, i) => `f${i}`);

/** One entity in seven subgraphs whose ten fields lead back to it; `has` says which subgraph has which. */
export function sevenSubgraphs(
  has: (field: number, subgraph: number) => boolean,
  key = 'id',
): Record<string, string> {
  const subgraphs = Array.from({ length: 7 }, (_, i) => {
    const fields = ten.map((name, k) => (has(k, i) ? `${name}: E @shareable` : '')).join(' ');
    const root = i === 0 ? 'type Query { root: E }' : '';
    const at = key === 'id' ? '' : 'at: At! @shareable';
    return `${root} type At @shareable { id: ID! } type E @key(fields: "${key}") { id: ID! ${at} name: String @shareable own${i}: String ${fields} }`;
  });
  return Object.fromEntries(subgraphs.map((sdl, i) => [`s${i}`, sdl]));
}

/** All ten fields of it, or some of them, so deep, and leaves at the bottom. */
export function nested(depth: number, leaves: string, fields: readonly string[] = ten): string {
  return depth === 0
    ? `{ ${leaves} }`
    : `{ ${fields.map((name) => `${name} ${nested(depth - 1, leaves, fields)}`).join(' ')} }`;
}

const open: Planning[] = [];
/** Closed after the test. */
export function planningWith(written: Record<string, unknown> = {}, clock: Clock = systemClock): Planning {
  const planning = createPlanning(planningOptions.parse(written), { clock });
  open.push(planning);
  return planning;
}
afterEach(async () => {
  for (const planning of open.splice(0)) await planning.close();
});

export const forever = new AbortController().signal;

interface Step {
  readonly kind: string;
  readonly serviceName?: string;
  readonly operation?: string;
  readonly node?: Step;
  readonly nodes?: readonly Step[];
  readonly ifClause?: Step;
  readonly elseClause?: Step;
}

/** The documents of all fetches. */
export function documentsOf(step: unknown): string[] {
  if (!isStep(step)) return [];
  const { nodes = [], node, ifClause, elseClause, operation } = step;
  const below = [...nodes, node, ifClause, elseClause].flatMap(documentsOf);
  return operation === undefined ? below : [operation, ...below];
}

/** The subgraph of each fetch of a plan. */
export function fetchesOf(step: unknown): string[] {
  if (!isStep(step)) return [];
  const { nodes = [], node, ifClause, elseClause } = step;
  const below = [...nodes, node, ifClause, elseClause].flatMap(fetchesOf);
  return step.serviceName === undefined ? below : [step.serviceName, ...below];
}

function isStep(value: unknown): value is Step {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
