import type { PlanNode } from '@apollo/query-planner';
import type { AskedOperation, ConditionValues } from '../askedOperation.ts';
import type { JoinedSupergraph } from '../joined/joinedSupergraph.ts';
import type { Want } from '../wanted.ts';
import type { Draft } from './draft.ts';
import type { RequiredNames } from './requiredNames.ts';

/** What the plan of one operation is made with. */
export interface PlainParts {
  readonly asked: AskedOperation;
  readonly joined: JoinedSupergraph;
  readonly root: string;
  readonly names: RequiredNames;
  /** Told of each place of objects; throws when there are too many. */
  readonly onPosition: () => void;
  /** What is wanted of the root where conditions have these values. */
  wantsWith(values: ConditionValues): readonly Want[];
  /** The fetches as a step of the plan, if there are any; each gets the next number. */
  nodeOf(drafts: readonly Draft[]): PlanNode | undefined;
}
