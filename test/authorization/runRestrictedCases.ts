import fc from 'fast-check';
import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isIntrospectionType,
  isSpecifiedScalarType,
  isUnionType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Planning } from '../../src/planning/planning.ts';
import { type Choices, createChoices } from '../federation/choices.ts';
import { compareResults } from '../federation/compareResults.ts';
import { type FederatedModel, findField, mediaName } from '../federation/federatedModel.ts';
import type { Federation } from '../federation/federation.ts';
import { generateModel } from '../federation/generateModel.ts';
import { generateOperation, type SentOperation } from '../federation/generateOperation.ts';
import type { DataNode } from '../federation/modelEntities.ts';
import { modelFederation } from '../federation/modelFederation.ts';
import { deniedFields } from './deniedFields.ts';
import { type GuardedEngine, guardedEngine, sessionWith } from './guardedEngine.ts';
import { restrictSupergraph } from './restrictSupergraph.ts';

export interface RestrictedCase {
  readonly model: FederatedModel;
  readonly directives: ReadonlyMap<string, string>;
  readonly denied: readonly string[];
  readonly operation: SentOperation;
  readonly difference: string;
}

export interface RestrictedRun {
  readonly seed: number;
  readonly supergraphs: number;
  readonly operationsEach: number;
  readonly kind: 'compiled' | 'reference';
  readonly planning: Pick<Planning, 'plan'>;
  /** Told of each case that differs; false ends the run. */
  readonly onDifference: (failing: RestrictedCase) => boolean;
}

export interface RestrictedRan {
  cases: number;
  /** Cases in which something was withheld. */
  filtered: number;
}

type IsDenied = (type: string, field: string) => boolean;

/** What the data is asked by whom, while one operation runs. */
interface Watch {
  isDenied: IsDenied;
  readonly leaks: Set<string>;
}

const modelTape = fc.array(fc.nat(9999), { minLength: 400, maxLength: 400 });
const operationTape = fc.array(fc.nat(9999), { minLength: 320, maxLength: 320 });

/** Random operations of random sessions on random supergraphs with directives at random, always the same ones for a seed. */
export async function runRestrictedCases(run: RestrictedRun): Promise<RestrictedRan> {
  const ran = { cases: 0, filtered: 0 };
  for (let index = 0; index < run.supergraphs; index += 1) {
    const seed = run.seed * 100_000 + index;
    const [tape = []] = fc.sample(modelTape, { seed, numRuns: 1 });
    const model = generateModel(tape);
    const watch: Watch = { isDenied: () => false, leaks: new Set() };
    const { federation } = modelFederation(model, watching(model, watch));
    if (!federation) continue;
    const tapes = fc.sample(operationTape, { seed, numRuns: run.operationsEach });
    const goesOn = await runOnSupergraph({ run, ran, model, federation, watch, tapes });
    if (!goesOn) break;
  }
  return ran;
}

async function runOnSupergraph({
  run,
  ran,
  model,
  federation,
  watch,
  tapes,
}: {
  readonly run: RestrictedRun;
  readonly ran: RestrictedRan;
  readonly model: FederatedModel;
  readonly federation: Federation;
  readonly watch: Watch;
  readonly tapes: readonly (readonly number[])[];
}): Promise<boolean> {
  const { schema } = federation;
  const operations = tapes.map((tape) => generateOperation(schema, tape.slice(0, 280)));
  const directives = chooseDirectives(schema, {
    texts: operations.map((operation) => operation?.text ?? '{ __typename }'),
    choices: createChoices(tapes[0]?.slice(280) ?? []),
  });
  const supergraph = restrictSupergraph(federation.supergraph, directives);
  const engine = await guardedEngine({ ...run, supergraph, call: federation.call });
  try {
    for (const [index, tape] of tapes.entries()) {
      const operation = operations[index];
      if (!operation) continue;
      const denied = createChoices(tape.slice(280)).some([...directives.keys()], 60);
      watch.isDenied = deniedFields(model, { schema, denied: new Set(denied) });
      watch.leaks.clear();
      ran.cases += 1;
      const checked = await check({ federation, engine, operation, session: sessionFor(directives, denied) });
      if (checked.isFiltered) ran.filtered += 1;
      const leaked = watch.leaks.size > 0 ? `fetched: ${[...watch.leaks].join(', ')}` : null;
      const difference = leaked ?? checked.difference;
      if (difference !== null && !run.onDifference({ model, directives, denied, operation, difference }))
        return false;
    }
    return true;
  } finally {
    await engine.dispose();
  }
}

/** The whole knows what is denied, and subgraphs are not to be asked for it; but keys are looked up by. */
function watching(model: FederatedModel, watch: Watch): NonNullable<Parameters<typeof modelFederation>[1]> {
  return (value) => (parent, asked) => {
    const { type } = parent as DataNode;
    if (!watch.isDenied(type, asked.field)) return value(parent, asked);
    if (asked.subgraph === null)
      throw new GraphQLError('Denied', { extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } });
    if (!isFetchedAnyway(model, { type, field: asked.field, isDenied: watch.isDenied }))
      watch.leaks.add(`${type}.${asked.field}`);
    return value(parent, asked);
  };
}

const keyFields = new Set(['id', 'code', 'region']);

/** Below interface objects the planner forgets which of the types were meant (see abstractTypes.test.ts). */
function isFetchedAnyway(
  model: FederatedModel,
  { type, field, isDenied }: { type: string; field: string; isDenied: IsDenied },
): boolean {
  if (keyFields.has(field) || type === 'Region') return true;
  const isOfMedia = findField(model, { type, field })?.owner === mediaName;
  return isOfMedia && model.media?.implementations.some((other) => !isDenied(other, field)) === true;
}

/** Up to nine types and fields that are asked for, each with a scope of its own, one only for who is identified. */
function chooseDirectives(
  schema: GraphQLSchema,
  { texts, choices }: { readonly texts: readonly string[]; readonly choices: Choices },
): ReadonlyMap<string, string> {
  const asked = [...new Set(texts.flatMap((text) => coordinatesIn(schema, text)))];
  const chosen = new Set(Array.from({ length: 2 + choices.below(8) }, () => choices.of(asked)));
  return new Map(
    [...chosen].map((coordinate, index) => [
      coordinate,
      index === 0 && choices.chance(20) ? '@authenticated' : `@requiresScopes(scopes: [["s${index}"]])`,
    ]),
  );
}

function coordinatesIn(schema: GraphQLSchema, text: string): readonly string[] {
  const found = new Set<string>();
  const info = new TypeInfo(schema);
  visit(
    parse(text),
    visitWithTypeInfo(info, {
      Field({ name }) {
        const [parent, type] = [info.getParentType(), getNamedType(info.getType())];
        if (!parent || isIntrospectionType(parent) || name.value.startsWith('__')) return;
        // What an interface's field is, its types say, each for itself.
        const types = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [];
        for (const one of [parent, ...types]) found.add(`${one.name}.${name.value}`);
        const isOwn = type && !isSpecifiedScalarType(type) && !isUnionType(type);
        if (isOwn) found.add(type.name);
      },
    }),
  );
  return [...found];
}

function sessionFor(directives: ReadonlyMap<string, string>, denied: readonly string[]) {
  const isAnonymous = denied.some((coordinate) => directives.get(coordinate) === '@authenticated');
  const coordinates = [...directives.keys()];
  const scopes = coordinates
    .filter((one) => !denied.includes(one))
    .map((one) => `s${coordinates.indexOf(one)}`);
  return { ...sessionWith(scopes), identified: !isAnonymous };
}

async function check({
  federation,
  engine,
  operation,
  session,
}: {
  readonly federation: Federation;
  readonly engine: GuardedEngine;
  readonly operation: SentOperation;
  readonly session: ReturnType<typeof sessionWith>;
}): Promise<{ difference: string | null; isFiltered: boolean }> {
  const document = parse(operation.text);
  const expected = await federation.executeWhole({ document, variables: operation.variables });
  const isFiltered = placesOf(expected).length > 0;
  try {
    const got = await engine.execute(operation, session);
    const difference = compareResults(expected, got) ?? placesDifference(placesOf(expected), placesOf(got));
    return { isFiltered, difference };
  } catch (thrown) {
    return { isFiltered, difference: `threw ${thrown instanceof Error ? thrown.stack : String(thrown)}` };
  }
}

/** Where a result says that something is withheld, as far as the object it belongs to is there. */
function placesOf({ data, errors = [] }: ExecutionResult): readonly string[] {
  return errors.flatMap(({ path = [], extensions }) => {
    if (extensions.code !== 'UNAUTHORIZED_FIELD_OR_TYPE') return [];
    let value: unknown = data;
    for (const step of path.slice(0, -1)) value = (value as Record<string | number, unknown> | null)?.[step];
    return value === null || value === undefined ? [] : [path.join('/')];
  });
}

const maxTold = 100;

function placesDifference(expected: readonly string[], got: readonly string[]): string | null {
  if (expected.length > maxTold) return got.length === 0 ? 'none is told of many places' : null;
  const missing = expected.filter((place) => !got.includes(place));
  const extra = got.filter((place) => !expected.includes(place));
  return missing.length + extra.length > 0
    ? `withheld places differ: missing ${missing.join(', ')}; unexpected ${extra.join(', ')}`
    : null;
}
