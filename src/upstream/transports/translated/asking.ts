import { Kind } from 'graphql';
import type { Ask, TranslatedInput, Translation, TypeShape } from '../../../model/translation.ts';
import type { Asking, SelectedObject } from './selectedObject.ts';
import type { Wanted } from './wanted.ts';
import { wantedIn } from './wantedIn.ts';
import { ownMember } from './wireObject.ts';

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

/** Made once for each operation of a plan, so that nothing has to be looked up for each object that is asked for. */
export function createAsking({
  ask,
  owner,
  arguments: known,
  shape,
  below,
  translation,
}: AskingParts): Asking {
  const type = translation.types.get(owner);
  const fields = type?.kind === 'object' ? type.fields : null;
  const names: readonly AskedName[] = ask.names.map((name) => ({
    name,
    isArgument: known.has(name),
    wire: fields?.get(name)?.wire ?? name,
  }));
  const each = ask.batch?.each;
  let wanted: Wanted | null | undefined;
  return {
    ask,
    shape,
    below,
    get wanted() {
      if (wanted === undefined) wanted = wantedIn({ ask, below }, translation);
      return wanted;
    },
    plainEach: each?.kind === Kind.VARIABLE ? each.name.value : null,
    valuesFor(given, parent) {
      const values: unknown[] = [];
      for (const { name, isArgument, wire } of names) {
        const value = given.byName.get(name) ?? ownMember(parent, wire) ?? undefined;
        if (value === undefined && !isArgument) return null;
        values.push(value);
      }
      return values;
    },
    valueOf(name, values) {
      for (const [at, each] of names.entries()) if (each.name === name) return values[at];
      return undefined;
    },
  };
}
