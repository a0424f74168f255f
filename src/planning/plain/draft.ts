import type { FieldNode } from 'graphql';
import type { JoinedSubgraph } from '../joined/joinedSupergraph.ts';
import type { ResponseName, Want } from '../wanted.ts';
import type { When } from '../when.ts';

/** A fetch while it is put together. */
export interface Draft {
  readonly subgraph: JoinedSubgraph;
  /** Where its objects stand in the data; `@` for each item of a list. */
  readonly path: readonly string[];
  /** Entities, each by a representation; or the fields of a root type. */
  readonly asks: 'entities' | 'query' | 'mutation';
  readonly requirements: Requirement[];
  readonly parts: DraftSelection[];
  /** What has to have come before. */
  readonly after: ReadonlySet<Draft>;
  /** On what it depends whether it is done. */
  readonly when: When;
}

/** What stands in the representations of one type. */
export interface Requirement {
  /** The type as the data tells it. */
  readonly type: string;
  /** The type as the subgraph knows it. */
  readonly sentAs: string;
  readonly wants: readonly Want[];
}

/** Fields selected of a type, and of those it may be. */
export interface DraftSelection {
  /** As the subgraph knows it. */
  readonly type: string;
  readonly own: DraftFields;
  readonly byType: Map<string, DraftFields>;
  /** What depends on conditions. */
  readonly under: Map<string, { readonly when: When; readonly selection: DraftSelection }>;
}

export type DraftFields = Map<ResponseName, DraftField>;

export interface DraftField {
  readonly name: ResponseName;
  readonly node: FieldNode;
  readonly below: DraftSelection | null;
}

export function emptySelection(type: string): DraftSelection {
  return { type, own: new Map(), byType: new Map(), under: new Map() };
}

export function isEmptySelection({ own, byType, under }: DraftSelection): boolean {
  return (
    own.size === 0 &&
    [...byType.values()].every((fields) => fields.size === 0) &&
    [...under.values()].every(({ selection }) => isEmptySelection(selection))
  );
}
