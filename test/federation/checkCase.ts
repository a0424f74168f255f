import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExecutionResult, parse } from 'graphql';
import type { Planning, PlanRequest } from '../../src/planning/planning.ts';
import { compareResults } from './compareResults.ts';
import { type EngineKind, type EngineUnderTest, engineUnderTest } from './engineUnderTest.ts';
import type { FederatedModel } from './federatedModel.ts';
import type { Done, Federation } from './federation.ts';
import type { SentOperation } from './generateOperation.ts';
import { modelFederation } from './modelFederation.ts';
import { reduceModel } from './reduceModel.ts';
import { isValid, reduceOperation } from './reduceOperation.ts';

/** All that is needed to run a case again. */
export interface FederationCase {
  readonly model: FederatedModel;
  readonly operation: SentOperation;
}

/** What of a case's file is needed to run it again; the file tells more to whoever reads it. */
export interface CaseFile {
  readonly engine: EngineKind;
  readonly model: FederatedModel;
  /** Its lines. */
  readonly operation: readonly string[];
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whose plans the compiled engine ran; the best ones where it is not said. */
  readonly by?: PlanRequest['by'];
}

export interface CheckOptions {
  readonly kind: EngineKind;
  readonly planning: Pick<Planning, 'plan'>;
  /** Whose plans those are, for whoever runs a case again. */
  readonly by?: PlanRequest['by'];
}

export interface Checked {
  /** What is wrong, null when all is right. */
  readonly difference: string | null;
  readonly expected: ExecutionResult;
  readonly got: ExecutionResult | null;
}

/** Compares the engine's answer with that of the whole. */
export async function checkOperation(
  federation: Federation,
  engine: EngineUnderTest,
  operation: SentOperation,
): Promise<Checked> {
  const { text, variables } = operation;
  federation.takeDone();
  const expected = await federation.executeWhole({ document: parse(text), variables });
  try {
    const got = await engine.execute(operation);
    // Where a null reached the root the whole has done no more, which a gateway may.
    const done = expected.data ? compareDone(federation.takeDone()) : null;
    return { difference: compareResults(expected, got) ?? done, expected, got };
  } catch (thrown) {
    const difference = `the engine threw ${thrown instanceof Error ? thrown.stack : String(thrown)}${detailOf(thrown)}`;
    return { difference, expected, got: null };
  }
}

/** Fields of a mutation are done each once, in the order of the operation. */
function compareDone({ whole, subgraphs }: Done): string | null {
  if (whole.join() === subgraphs.join()) return null;
  return `done differs: ${whole.join(' ')} was expected, ${subgraphs.join(' ')} was done`;
}

function detailOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('detail' in thrown)) return '';
  return `\n${JSON.stringify(thrown.detail)}`;
}

/** Builds everything anew and checks one case. */
export async function checkCase(
  { model, operation }: FederationCase,
  options: CheckOptions,
): Promise<Checked & { federation: Federation }> {
  const { federation, faults } = modelFederation(model);
  if (!federation) throw new Error(`The model does not compose: ${faults}`);
  const engine = await engineUnderTest(federation, options);
  try {
    return { ...(await checkOperation(federation, engine, operation)), federation };
  } finally {
    await engine.dispose();
  }
}

/** A small case that fails as the given one does, as far as one can tell. */
export async function reduceCase(
  { model, operation }: FederationCase,
  { maxTries, ...options }: CheckOptions & { maxTries: number },
): Promise<FederationCase> {
  const { federation } = modelFederation(model);
  if (!federation) return { model, operation };
  const engine = await engineUnderTest(federation, options);
  const first = await checkOperation(federation, engine, operation);
  const kind = kindOf(first.difference);
  let smaller = operation;
  try {
    smaller = await reduceOperation(operation, {
      schema: federation.schema,
      stillFails: async (candidate) =>
        kindOf((await checkOperation(federation, engine, candidate)).difference) === kind,
    });
  } finally {
    await engine.dispose();
  }
  const smallerModel = await reduceModel(model, {
    maxTries,
    async stillFails(candidate) {
      try {
        const { schema } = modelFederation(candidate).federation ?? {};
        if (!schema || !isValid(schema, parse(smaller.text))) return false;
        const checked = await checkCase({ model: candidate, operation: smaller }, options);
        return kindOf(checked.difference) === kind;
      } catch (failure) {
        // A model may become senseless by what was left out; then it is no smaller case.
        return failure === undefined;
      }
    },
  });
  return { model: smallerModel, operation: smaller };
}

function kindOf(difference: string | null): string | null {
  return difference?.slice(0, 12) ?? null;
}

/** Writes a case to a temporary folder, with all one needs to look at it; gives the file's path. */
export async function writeCase(failing: FederationCase, options: CheckOptions): Promise<string> {
  const checked = await checkCase(failing, options);
  const { supergraph, sdl } = checked.federation;
  const plan = await options.planning
    .plan(
      {
        supergraphSdl: supergraph.sdl,
        supergraphHash: supergraph.hash,
        document: failing.operation.text,
        operationName: null,
        withText: true,
      },
      new AbortController().signal,
    )
    .catch((failure: unknown) => ({ plan: null, text: String(failure) }));
  const file = join(await mkdtemp(join(tmpdir(), 'sluice-case-')), 'case.json');
  const report = {
    engine: options.kind,
    by: options.by,
    difference: checked.difference,
    operation: failing.operation.text.split('\n'),
    variables: failing.operation.variables,
    expected: checked.expected,
    got: checked.got,
    plan: plan.text?.split('\n') ?? null,
    planJson: plan.plan,
    subgraphs: Object.fromEntries(Object.entries(sdl).map(([name, text]) => [name, text.split('\n')])),
    supergraph: supergraph.sdl.split('\n'),
    model: failing.model,
  };
  await writeFile(file, JSON.stringify(report, null, 2));
  return file;
}
