import { GraphQLError } from 'graphql';
import type { SluiceError } from '../base/errors.ts';
import type { PlanPath } from './planPath.ts';
import type { Run } from './run.ts';

interface Where {
  readonly subgraph: string;
  readonly path: PlanPath;
}

/** A call that failed, as an error of the place that waited for it. */
export function reportFailure(run: Run, { subgraph, path }: Where, error: SluiceError): void {
  run.errors.push(
    new GraphQLError(error.message, {
      path,
      originalError: error,
      extensions: { code: error.code, subgraph },
    }),
  );
}

/** A subgraph's own error; the upstream has seen to it that it has a message, a code and a sound path. */
export function reportError(run: Run, { subgraph, path }: Where, error: unknown): void {
  const { message, extensions } = error as { message: string; extensions: Record<string, unknown> };
  run.errors.push(
    new GraphQLError(message, {
      ...(path.length > 0 ? { path } : {}),
      extensions: { ...extensions, subgraph },
    }),
  );
}

/** The path in a subgraph's error. */
export function errorPath(error: unknown): readonly (string | number)[] {
  return (error as { path?: readonly (string | number)[] }).path ?? [];
}
