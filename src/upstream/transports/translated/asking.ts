import { Kind } from 'graphql';
import type { Ask, TranslatedInput, Translation, TypeShape } from '../../../model/translation.ts';
import type { SelectedObject, Wanted } from './selected.ts';
import { wantedIn } from './wantedIn.ts';
import type { WireArguments } from './wireArguments.ts';
import { ownMember, type WireObject } from './wireObject.ts';

interface AskingParts {
  readonly ask: Ask;
  /** The type of its parent. */
  readonly owner: string;
  readonly arguments: ReadonlyMap<string, TranslatedInput>;
  /** What it is asked for. */
  readonly shape: TypeShape;
  readonly below: SelectedObject | null;
  readonly translation: Translation;
}

/** What something is asked with: an argument, or else what its parent has. */
interface AskedName {
  readonly name: string;
  readonly isArgument: boolean;
  /** What the service calls it in the parent. */
  readonly wire: string;
}

/**
 * How the service is asked for what stands at one place of a selection; all that is asked for there is asked together. Made once for each
 * operation of a plan.
 */
export class Asking {
  readonly ask: Ask;
  readonly shape: TypeShape;
  /** What is selected of what comes; null for values without fields. */
  readonly below: SelectedObject | null;
  readonly #names: readonly AskedName[];
  readonly #translation: Translation;
  #wanted: Wanted | null | undefined;

  constructor({ ask, owner, arguments: known, shape, below, translation }: AskingParts) {
    this.ask = ask;
    this.shape = shape;
    this.below = below;
    this.#translation = translation;
    const type = translation.types.get(owner);
    const fields = type?.kind === 'object' ? type.fields : null;
    this.#names = ask.names.map((name) => ({
      name,
      isArgument: known.has(name),
      wire: fields?.get(name)?.wire ?? name,
    }));
  }

  /** What of the answer is looked at; null for all of it. */
  get wanted(): Wanted | null {
    if (this.#wanted === undefined) this.#wanted = wantedIn(this, this.#translation);
    return this.#wanted;
  }

  /** What it is asked with, in the order of its names; null where the parent lacks something, and nothing can be asked. */
  valuesFor(given: WireArguments, parent: WireObject): readonly unknown[] | null {
    const values: unknown[] = [];
    for (const { name, isArgument, wire } of this.#names) {
      const value = given.byName.get(name) ?? ownMember(parent, wire) ?? undefined;
      if (value === undefined && !isArgument) return null;
      values.push(value);
    }
    return values;
  }

  valueOf(name: string, values: readonly unknown[]): unknown {
    for (const [at, known] of this.#names.entries()) if (known.name === name) return values[at];
    return undefined;
  }

  /** The value that is sent for each of many, where it is no more than one of the names; null for anything else. */
  get plainEach(): string | null {
    const each = this.ask.batch?.each;
    return each?.kind === Kind.VARIABLE ? each.name.value : null;
  }
}
