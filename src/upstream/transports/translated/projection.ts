import type { TranslatedField, Translation, TypeShape } from '../../../model/translation.ts';
import { type FieldError, FieldErrors } from './fieldErrors.ts';
import { fillTemplate } from './fillTemplate.ts';
import { leafValue } from './leafValue.ts';
import { Projected } from './projected.ts';
import { type Answered, type AnswerQuestion, keyOf } from './question.ts';
import type {
  Asking,
  SelectedEntities,
  SelectedField,
  SelectedObject,
  SelectedRoot,
} from './selectedObject.ts';
import { type Data, type Place, Slot, setMember } from './slot.ts';
import { toWire } from './toWire.ts';
import { type WireArguments, wireArguments } from './wireArguments.ts';
import { isWireObject, ownMember, type WireObject } from './wireObject.ts';

interface ProjectionParts {
  readonly subgraph: string;
  readonly translation: Translation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly answer: AnswerQuestion;
}

const noArguments: WireArguments = { byName: new Map(), byWire: {} };

/** Makes the data of a GraphQL result of what a service answers. */
export class Projection {
  readonly data: Data = {};
  readonly #parts: ProjectionParts;
  readonly #errors: FieldErrors;
  /** Arguments depend on variables only, so a field has the same wherever it stands. */
  readonly #arguments = new Map<SelectedField, WireArguments>();

  constructor(parts: ProjectionParts) {
    this.#parts = parts;
    this.#errors = new FieldErrors(parts.subgraph);
  }

  get errors(): readonly FieldError[] {
    return this.#errors.all;
  }

  begin({ fields }: SelectedRoot, root: string): void {
    for (const selected of fields) this.beginField(selected, root);
  }

  beginField(selected: SelectedField | SelectedEntities, root: string): void {
    if ('byType' in selected) this.#entities(selected);
    else this.#field(selected, { type: root, wire: {}, into: this.data, above: null });
  }

  #entities({ key, representations, byType }: SelectedEntities): void {
    const { variables, translation } = this.#parts;
    const given = representations && fillTemplate(representations, (name) => variables[name]);
    const list: unknown[] = [];
    setMember(this.data, key, list);
    if (!Array.isArray(given)) return;
    const above: Place = { key, above: null };
    for (let index = 0; index < given.length; index += 1) {
      const representation: unknown = given[index];
      const type = isWireObject(representation) ? String(representation.__typename) : '';
      const selected = byType.get(type);
      list.push(null);
      if (!selected) continue;
      const wire = toWire({ name: type, lists: 0 }, representation, translation) as WireObject;
      this.#entity(selected, wire, new Slot(list, index, above));
    }
  }

  /** An object of which no more than its key may be there: the service is asked for it where more is selected. */
  #entity(selected: SelectedObject, wire: WireObject, slot: Slot): void {
    const { asking, stub } = selected;
    if (asking === null || (stub !== null && hasAll(wire, stub))) {
      slot.put(this.#object(selected, wire, slot));
      return;
    }
    slot.put(null);
    this.#ask(asking, { wire, given: noArguments }, (answered) => {
      const value = this.#valueOf(answered, slot);
      if (value instanceof Projected) slot.put(value.take());
      else if (isWireObject(value)) slot.put(this.#object(selected, joined(wire, value, selected), slot));
    });
  }

  #object({ type, fields }: SelectedObject, wire: WireObject, place: Place): Data {
    const into: Data = {};
    for (const selected of fields) {
      const { leaf } = selected;
      if (leaf === null) this.#field(selected, { type, wire, into, above: place });
      else {
        const value = wire[leaf.wire] ?? null;
        into[selected.key] = leaf.isId && typeof value === 'number' ? String(value) : value;
      }
    }
    return into;
  }

  #field(
    selected: SelectedField,
    { type, wire, into, above }: { type: string; wire: WireObject; into: Data; above: Place },
  ): void {
    const { key, field, asking } = selected;
    if (!field) {
      setMember(into, key, type);
      return;
    }
    const slot = new Slot(into, key, above);
    if (asking) {
      slot.put(null);
      const given = this.#argumentsOf(selected, field);
      this.#ask(asking, { wire, given }, (answered) => {
        const value = this.#valueOf(answered, slot);
        if (value instanceof Projected) slot.put(value.take());
        else slot.put(this.#value(field.type, value, { selected, place: slot }));
      });
    } else if (field.refers) this.#refer(selected, field, { type, wire, slot });
    else slot.put(this.#value(field.type, ownMember(wire, field.wire), { selected, place: slot }));
  }

  /** An object of another type, made of what its own has; null where that lacks something. */
  #refer(
    { below }: SelectedField,
    { refers }: TranslatedField,
    { type, wire, slot }: { type: string; wire: WireObject; slot: Slot },
  ): void {
    if (!refers) return;
    const known = this.#parts.translation.types.get(type);
    const fields = known?.kind === 'object' ? known.fields : null;
    const made = fillTemplate(refers, (name) =>
      ownMember(wire, fields?.get(name)?.wire ?? name),
    ) as WireObject;
    const isWhole = Object.keys(made).length === refers.fields.length;
    if (isWhole && below) this.#entity(below, made, slot);
    else slot.put(null);
  }

  #ask(
    asking: Asking,
    { wire, given }: { readonly wire: WireObject; readonly given: WireArguments },
    then: (answered: Answered) => void,
  ): void {
    const values = asking.valuesFor(given, wire);
    // What the parent lacks cannot be asked with: it stays null.
    if (values !== null) this.#parts.answer({ asking, values, given, key: keyOf(values) }, then);
  }

  #valueOf(answered: Answered, place: Place): unknown {
    if ('value' in answered) return answered.value;
    this.#errors.tell(answered.failure, place);
    return null;
  }

  #argumentsOf(selected: SelectedField, field: TranslatedField): WireArguments {
    if (field.arguments.size === 0) return noArguments;
    const known = this.#arguments.get(selected);
    if (known) return known;
    const made = wireArguments(selected.arguments, field.arguments, this.#parts);
    this.#arguments.set(selected, made);
    return made;
  }

  #value(
    shape: TypeShape,
    value: unknown,
    at: { readonly selected: SelectedField; readonly place: Place },
  ): unknown {
    if (value === null || value === undefined) return null;
    const { selected, place } = at;
    const { below } = selected;
    if (shape.lists > 0) {
      if (!Array.isArray(value)) return this.#errors.misfit('no list where its schema has one', place);
      const item = { name: shape.name, lists: shape.lists - 1 };
      return value.map((each, key) =>
        below && item.lists === 0 && isWireObject(each)
          ? this.#object(below, each, { key, above: place })
          : this.#value(item, each, { selected, place: { key, above: place } }),
      );
    }
    if (!below)
      return leafValue(shape.name, this.#parts.translation.types.get(shape.name), value, (what) =>
        this.#errors.misfit(what, place),
      );
    if (isWireObject(value)) return this.#object(below, value, place);
    return this.#errors.misfit('no object where its schema has one', place);
  }
}

/** What the service said, with what was known before where it says nothing of that and somebody looks at it. */
function joined(wire: WireObject, value: WireObject, { plain }: SelectedObject): WireObject {
  for (const name of plain ?? Object.keys(wire))
    if (value[name] === undefined && wire[name] !== undefined) return { ...wire, ...value };
  return value;
}

function hasAll(wire: WireObject, names: readonly string[]): boolean {
  return names.every((name) => ownMember(wire, name) !== undefined);
}
