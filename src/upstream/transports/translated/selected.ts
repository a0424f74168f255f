import type { ValueNode } from 'graphql';
import type { TranslatedField } from '../../../model/translation.ts';

/** What of an operation is selected: a field, or all that is of an object. */
export type Selected = SelectedField | SelectedObject;

/** What is selected of objects of one type. */
export interface SelectedObject {
  readonly type: string;
  readonly fields: readonly SelectedField[];
  /** What of an answer is looked at, once somebody asked. */
  wanted: Wanted | null | undefined;
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
  /** What of an answer is looked at, once somebody asked. */
  wanted: Wanted | null | undefined;
}

/** The members of an answer that somebody looks at, by the service's names; null for all that is below. */
export type Wanted = ReadonlyMap<string, Wanted | null>;
