import type { ValueNode } from 'graphql';
import type { TranslatedField } from '../../../model/translation.ts';
import type { Asking } from './asking.ts';

/** What is selected of objects of one type. */
export interface SelectedObject {
  readonly type: string;
  readonly fields: readonly SelectedField[];
  /** How it is asked for where no more than its key is there; null where its representation is all there is. */
  readonly asking: Asking | null;
  /** The members that make asking for it needless when they are there; null where it has to be asked. */
  readonly stub: readonly string[] | null;
}

export interface SelectedField {
  /** What it is called in the result. */
  readonly key: string;
  /** Null for `__typename`, and for what is no field of the type. */
  readonly field: TranslatedField | null;
  readonly arguments: ReadonlyMap<string, ValueNode>;
  readonly below: SelectedObject | null;
  /** What the service calls a value that is taken as it came, or as an ID; null for what takes more. */
  readonly leaf: { readonly wire: string; readonly isId: boolean } | null;
  /** How it is asked for; null where it comes with its object, or is made of it. */
  readonly asking: Asking | null;
}

/** The fields of a query or mutation; entities stand among them. */
export interface SelectedRoot {
  readonly fields: readonly (SelectedField | SelectedEntities)[];
}

export interface SelectedEntities {
  readonly key: string;
  readonly representations: ValueNode | null;
  readonly byType: ReadonlyMap<string, SelectedObject>;
}

/** The members of an answer that somebody looks at, by the service's names; null for all that is below. */
export type Wanted = ReadonlyMap<string, Wanted | null>;
