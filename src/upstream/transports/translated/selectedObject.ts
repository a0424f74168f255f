import type { ValueNode } from 'graphql';
import type { Ask, TranslatedField, TypeShape } from '../../../model/translation.ts';
import type { Wanted } from './wanted.ts';
import type { WireArguments } from './wireArguments.ts';
import type { WireObject } from './wireObject.ts';

/** What is selected of objects of one type. */
export interface SelectedObject {
  readonly type: string;
  readonly fields: readonly SelectedField[];
  /** How it is asked for where no more than its key is there; null where its representation is all there is. */
  readonly asking: Asking | null;
  /** The members that make asking for it needless when they are there; null where it has to be asked. */
  readonly stub: readonly string[] | null;
  /** The members that are looked at, where none but leaves are selected; null where others may be. */
  readonly plain: readonly string[] | null;
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

/** How the service is asked for what stands at one place of a selection; all that is asked for there is asked together. */
export interface Asking {
  readonly ask: Ask;
  readonly shape: TypeShape;
  /** What is selected of what comes; null for values without fields. */
  readonly below: SelectedObject | null;
  /** What of the answer is looked at; null for all of it. */
  readonly wanted: Wanted | null;
  /** The name that is sent for each of many, where it is no more than a name; null for anything else. */
  readonly plainEach: string | null;
  /** What it is asked with, in the order of its names; null where the parent lacks something, and nothing can be asked. */
  valuesFor(given: WireArguments, parent: WireObject): readonly unknown[] | null;
  /** The one of these values that a name stands for; undefined for a name that is none of its. */
  valueOf(name: string, values: readonly unknown[]): unknown;
}
