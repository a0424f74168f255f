import { GraphQLError } from 'graphql';
import type { PlanNode } from '../planning/planning.ts';
import { compileFetch, type FetchParts } from './compileFetch.ts';
import { createFetchTogether, sendAlone } from './fetchTogether.ts';
import { certainPath, type PlanPath } from './planPath.ts';
import type { RunStep } from './run.ts';

type PlanParts = Omit<FetchParts, 'path' | 'sendEntities'>;
type NodeParts = Omit<FetchParts, 'path'>;

/** Compiles a query plan into one function that runs it: in sequence, at once, or not at all, as its nodes say. */
export function compilePlan(node: PlanNode | undefined, parts: PlanParts): RunStep {
  if (!node) return nothing;
  const asked = entityFetches(node);
  const isOnceEach = new Set(asked).size === asked.length;
  return compileNode(node, [], { ...parts, sendEntities: isOnceEach ? sendAlone : createFetchTogether() });
}

/** The subgraphs of all entity fetches, one for each. */
function entityFetches(node: PlanNode): readonly string[] {
  switch (node.kind) {
    case 'Fetch':
      return node.requires ? [node.serviceName] : [];
    case 'Flatten':
      return entityFetches(node.node);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(entityFetches);
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((clause) => (clause ? entityFetches(clause) : []));
    default:
      return [];
  }
}

const nothing: RunStep = () => Promise.resolve();

function compileNode(node: PlanNode, path: PlanPath, parts: NodeParts): RunStep {
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
  return (run) =>
    step(run).catch((thrown: unknown) => {
      if (!(thrown instanceof RangeError)) throw thrown;
      run.errors.push(
        new GraphQLError('The data nests too deep to be read.', {
          path: certainPath(path),
          originalError: thrown,
          extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE' },
        }),
      );
    });
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
