import fc from 'fast-check';
import { parse } from 'graphql';
import type { Session } from '../../src/model/session.ts';
import type { Planning } from '../../src/planning/planning.ts';
import { sessionWith } from '../support/sessionWith.ts';
import { createChoices } from './choices.ts';
import { chooseDirectives } from './chooseDirectives.ts';
import { compareResults } from './compareResults.ts';
import { deniedFields } from './deniedFields.ts';
import type { FederatedModel } from './federatedModel.ts';
import type { Federation } from './federation.ts';
import { generateModel } from './generateModel.ts';
import { generateOperation, type SentOperation } from './generateOperation.ts';
import { type GuardedEngine, guardedEngine } from './guardedEngine.ts';
import { modelFederation } from './modelFederation.ts';
import { restrictSupergraph } from './restrictSupergraph.ts';
import { type Watch, watchData } from './watchData.ts';
import { placesDifference, withheldPlaces } from './withheldPlaces.ts';

/** One that went wrong, as one can read it; the model is that of the seed. */
export interface RestrictedCase {
  readonly seed: number;
  readonly directives: readonly string[];
  readonly denied: readonly string[];
  readonly operation: SentOperation;
  readonly difference: string;
}

export interface RestrictedRun {
  readonly seed: number;
  /** The first of the seed's supergraphs to be tried. */
  readonly from?: number;
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

const modelTape = fc.array(fc.nat(9999), { minLength: 400, maxLength: 400 });
/** The choices of an operation, and after them those of its sessions. */
const operationTape = fc.array(fc.nat(9999), { minLength: 340, maxLength: 340 });
const operationChoices = 300;
const sessionsEach = 4;

/** Random operations of random sessions on random supergraphs with directives at random, always the same ones for a seed. */
export async function runRestrictedCases(run: RestrictedRun): Promise<RestrictedRan> {
  const ran = { cases: 0, filtered: 0 };
  const { from = 0 } = run;
  for (let index = from; index < from + run.supergraphs; index += 1) {
    const seed = run.seed * 100_000 + index;
    const [tape = []] = fc.sample(modelTape, { seed, numRuns: 1 });
    const model = generateModel(tape);
    const watch: Watch = { isDenied: () => false, fetched: new Set() };
    const { federation } = modelFederation(model, watchData(model, watch));
    if (!federation) continue;
    const goesOn = await runOnSupergraph({ ...run, seed }, { ran, model, federation, watch });
    if (!goesOn) break;
  }
  return ran;
}

interface Scene {
  readonly ran: RestrictedRan;
  readonly model: FederatedModel;
  readonly federation: Federation;
  readonly watch: Watch;
}

async function runOnSupergraph(run: RestrictedRun, scene: Scene): Promise<boolean> {
  const { ran, model, federation, watch } = scene;
  const { schema } = federation;
  const tapes = fc.sample(operationTape, { seed: run.seed, numRuns: run.operationsEach });
  const operations = tapes.map((tape) => generateOperation(schema, tape.slice(0, operationChoices)));
  const directives = chooseDirectives(schema, {
    texts: operations.map((operation) => operation?.text ?? '{ __typename }'),
    choices: createChoices(tapes[0]?.slice(operationChoices) ?? []),
  });
  const supergraph = restrictSupergraph(federation.supergraph, directives);
  const engine = await guardedEngine({ ...run, supergraph, call: federation.call });
  try {
    for (const [index, tape] of tapes.entries()) {
      const operation = operations[index];
      const choices = createChoices(tape.slice(operationChoices));
      for (let count = 0; operation && count < sessionsEach; count += 1) {
        const denied = choices.some([...directives.keys()], 60);
        watch.isDenied = deniedFields(model, { schema, denied: new Set(denied) });
        watch.fetched.clear();
        const checked = await check(operation, sessionWithout(denied, directives), { federation, engine });
        ran.cases += 1;
        if (checked.isFiltered) ran.filtered += 1;
        const difference = watch.fetched.size > 0 ? `fetched: ${[...watch.fetched]}` : checked.difference;
        const told = { seed: run.seed, directives: [...directives].map(String), denied, operation };
        if (difference !== null && !run.onDifference({ ...told, difference })) return false;
      }
    }
    return true;
  } finally {
    await engine.dispose();
  }
}

function sessionWithout(denied: readonly string[], directives: ReadonlyMap<string, string>): Session {
  const coordinates = [...directives.keys()];
  const held = coordinates.filter((coordinate) => !denied.includes(coordinate));
  const isAnonymous = denied.some((coordinate) => directives.get(coordinate) === '@authenticated');
  const session = sessionWith(held.map((coordinate) => `s${coordinates.indexOf(coordinate)}`));
  return { ...session, identified: !isAnonymous };
}

async function check(
  operation: SentOperation,
  session: Session,
  { federation, engine }: { readonly federation: Federation; readonly engine: GuardedEngine },
): Promise<{ readonly difference: string | null; readonly isFiltered: boolean }> {
  const { text, variables } = operation;
  const expected = await federation.executeWhole({ document: parse(text), variables });
  const places = withheldPlaces(expected);
  const isFiltered = places.length > 0 || (expected.data === null && expected.errors !== undefined);
  try {
    const got = await engine.execute(operation, session);
    const difference = compareResults(expected, got) ?? placesDifference(places, withheldPlaces(got));
    return { isFiltered, difference };
  } catch (thrown) {
    const { stack, detail } = thrown as Error & { readonly detail?: unknown };
    return { isFiltered, difference: `the engine threw ${stack} ${detail}` };
  }
}
