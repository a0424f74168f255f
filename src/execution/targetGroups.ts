import type { RepresentationOf } from './compileRepresentation.ts';
import type { DataObject } from './ownValue.ts';

/** Objects of one type that are told apart by one leaf. */
interface OneLeaf {
  readonly name: string;
  readonly groups: Map<string, DataObject[]>;
}

/**
 * The objects that a fetch is about, by the entity that each stands for: the same representation is the same entity. Where one leaf makes the
 * representation, which is mostly so, equal leaves are enough, and no text is made of what is known already. Made for one run.
 */
export class TargetGroups {
  readonly texts: string[] = [];
  /** For each text, the objects it stands for. */
  readonly groups: DataObject[][] = [];
  readonly #representationOf: RepresentationOf;
  readonly #missing: 'refused' | 'left out';
  readonly #byText = new Map<string, DataObject[]>();
  readonly #byType = new Map<string, OneLeaf | null>();
  /** Of the object before: others like it mostly follow. */
  #typename: unknown;
  #oneLeaf: OneLeaf | null = null;

  constructor(representationOf: RepresentationOf, missing: 'refused' | 'left out') {
    this.#representationOf = representationOf;
    this.#missing = missing;
  }

  add(target: DataObject): void {
    const { __typename: typename } = target;
    if (typename !== this.#typename) this.#meet(typename);
    const oneLeaf = this.#oneLeaf;
    const leaf = oneLeaf === null ? null : target[oneLeaf.name];
    const known = oneLeaf !== null && typeof leaf === 'string' ? oneLeaf.groups.get(leaf) : undefined;
    if (known) {
      known.push(target);
      return;
    }
    const text = this.#representationOf(target, this.#missing);
    if (text === null) return;
    const group = this.#groupOf(text);
    group.push(target);
    if (oneLeaf !== null && typeof leaf === 'string') oneLeaf.groups.set(leaf, group);
  }

  #meet(typename: unknown): void {
    this.#typename = typename;
    this.#oneLeaf = null;
    if (typeof typename !== 'string' || this.#missing === 'left out') return;
    let oneLeaf = this.#byType.get(typename);
    if (oneLeaf === undefined) {
      const name = this.#representationOf.oneLeafOf(typename);
      oneLeaf = name === null ? null : { name, groups: new Map() };
      this.#byType.set(typename, oneLeaf);
    }
    this.#oneLeaf = oneLeaf;
  }

  #groupOf(text: string): DataObject[] {
    const known = this.#byText.get(text);
    if (known) return known;
    const group: DataObject[] = [];
    this.#byText.set(text, group);
    this.texts.push(text);
    this.groups.push(group);
    return group;
  }
}
