import { GraphQLError } from 'graphql';
import type { PlanNode } from '../planning/planning.ts';
import { compileFetch } from './compileFetch.ts';
import type { RunStep } from './run.ts';
import { certainPath, type PlanPath } from './targetsAt.ts';
import type { TypeMatcher } from './typeMatcher.ts';

interface PlanParts {
  readonly urls: ReadonlyMap<string, string>;
  /** Subgraph → names of the types it has. */
  readonly types: ReadonlyMap<string, ReadonlySet<string>>;
  readonly matches: TypeMatcher;
}

/** Compiles a query plan into one function that runs it: in sequence, at once, or not at all, as its nodes say. */
export function compilePlan(node: PlanNode | undefined, parts: PlanParts): RunStep {
  return node ? compileNode(node, [], parts) : nothing;
}

const nothing: RunStep = () => Promise.resolve();

function compileNode(node: PlanNode, path: PlanPath, parts: PlanParts): RunStep {
  switch (node.kind) {
    case 'Fetch':
      return containing(compileFetch(node, { ...parts, path }), path);
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path], parts);
    case 'Sequence':
      return inSequence(node.nodes.map((child) => compileNode(child, path, parts)));
    case 'Parallel':
      return atOnce(node.nodes.map((child) => compileNode(child, path, parts)));
    case 'Condition': {
      const whenTrue = node.ifClause ? compileNode(node.ifClause, path, parts) : nothing;
      const whenFalse = node.elseClause ? compileNode(node.elseClause, path, parts) : nothing;
      const { condition } = node;
      return (run) => (run.conditions.get(condition) === true ? whenTrue(run) : whenFalse(run));
    }
    default:
      throw new Error(`Plans with ${node.kind} are not run yet`);
  }
}

/** What a subgraph answered may nest too deep for those who walk it or write it; that is a fault of this step and of no other. */
function containing(step: RunStep, path: PlanPath): RunStep {
  return async (run) => {
    try {
      await step(run);
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
      run.errors.push(
        new GraphQLError('The data nests too deep to be read.', {
          path: certainPath(path),
          originalError: thrown,
          extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE' },
        }),
      );
    }
  };
}

function inSequence(steps: readonly RunStep[]): RunStep {
  return async (run) => {
    for (const step of steps) await step(run);
  };
}

function atOnce(steps: readonly RunStep[]): RunStep {
  return async (run) => {
    await Promise.all(steps.map((step) => step(run)));
  };
}
