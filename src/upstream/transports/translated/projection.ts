import { SluiceError } from '../../../base/errors.ts';
import type { Ask, TranslatedField, Translation, TypeShape } from '../../../model/translation.ts';
import { fieldFault } from './fieldFault.ts';
import { fillTemplate, type Scope } from './fillTemplate.ts';
import type { Selected, SelectedField, SelectedObject, Wanted } from './selected.ts';
import type { SelectedEntities, SelectedRoot } from './selections.ts';
import { toWire } from './toWire.ts';
import { wantedIn } from './wantedIn.ts';
import { type WireArguments, wireArguments } from './wireArguments.ts';
import { isWireObject, ownMember, type WireObject } from './wireObject.ts';

/** What is asked of the service for one place of the result. */
export interface Question {
  /** What it is asked for: of one place in the selection all are asked together. */
  readonly of: Selected;
  readonly ask: Ask;
  readonly scope: Scope;
  readonly given: WireArguments;
  /** What of the answer is looked at; null for all of it. */
  readonly wanted: Wanted | null;
  /** Equal for questions that have the same answer. */
  readonly key: string;
}

export type Answered = { readonly value: unknown } | { readonly failure: unknown };

/** Answers a question at once where the answer is there; otherwise `then` is called when it has come. */
export type AnswerQuestion = (question: Question, then: (answered: Answered) => void) => void;

/** A field error, as subgraphs write theirs. */
export interface FieldError {
  readonly message: string;
  readonly path: readonly (string | number)[];
  readonly extensions: { readonly code: string };
}

interface ProjectionParts {
  readonly subgraph: string;
  readonly translation: Translation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly answer: AnswerQuestion;
}

/** One place of the result, up to its root. */
type Place = { readonly key: string | number; readonly above: Place } | null;
type Data = Record<string, unknown>;

const noArguments: WireArguments = { byName: new Map(), byWire: {} };
/** More errors of one answer tell nobody more. */
const maxErrors = 100;

/** Makes the data of a GraphQL result of what a service answers. */
export class Projection {
  readonly data: Data = {};
  readonly errors: FieldError[] = [];
  readonly #parts: ProjectionParts;
  /** Arguments depend on variables only, so a field has the same wherever it stands. */
  readonly #arguments = new Map<SelectedField, WireArguments>();

  constructor(parts: ProjectionParts) {
    this.#parts = parts;
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
    set(this.data, key, list);
    for (const [index, representation] of (Array.isArray(given) ? given : []).entries()) {
      const type = isWireObject(representation) ? String(representation.__typename) : '';
      const selected = byType.get(type);
      list.push(null);
      if (!selected) continue;
      const wire = toWire({ name: type, lists: 0 }, representation, translation) as WireObject;
      const place: Place = { key: index, above: { key, above: null } };
      this.#entity(selected, wire, {
        place,
        put(data) {
          list[index] = data;
        },
      });
    }
  }

  /** An object of which no more than its key may be there: the service is asked for it where more is selected. */
  #entity(
    selected: SelectedObject,
    wire: WireObject,
    { place, put }: { readonly place: Place; readonly put: (data: Data | null) => void },
  ): void {
    const { type } = selected;
    const known = this.#parts.translation.types.get(type);
    const ask = known?.kind === 'object' ? known.entity : null;
    if (ask === null || isStub(selected, wire)) {
      put(this.#object(selected, wire, place));
      return;
    }
    put(null);
    const take = (value: unknown): void =>
      put(isWireObject(value) ? this.#object(selected, joined(wire, value), place) : null);
    this.#ask({ of: selected, ask, wire, type, given: noArguments, place, take });
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
    const { key, field } = selected;
    if (!field) {
      set(into, key, type);
      return;
    }
    const place: Place = { key, above };
    if (!field.ask && !field.refers) {
      set(into, key, this.#shaped(field.type, ownMember(wire, field.wire), { selected, place }));
      return;
    }
    if (field.ask) {
      set(into, key, null);
      const take = (value: unknown): void =>
        set(into, key, this.#shaped(field.type, value, { selected, place }));
      const given = this.#argumentsOf(selected, field);
      this.#ask({ of: selected, ask: field.ask, wire, type, given, place, take });
    } else if (field.refers) {
      const made = fillTemplate(field.refers, (name) => this.#memberOf(type, wire, name)) as WireObject;
      const isWhole = Object.keys(made).length === field.refers.fields.length;
      if (isWhole && selected.below)
        this.#entity(selected.below, made, { place, put: (data) => set(into, key, data) });
      else set(into, key, null);
    }
  }

  #ask(asked: {
    readonly of: Selected;
    readonly ask: Ask;
    readonly wire: WireObject;
    readonly type: string;
    readonly given: WireArguments;
    readonly place: Place;
    readonly take: (value: unknown) => void;
  }): void {
    const { of, ask, wire, type, given, place, take } = asked;
    const scope: Scope = (name) => given.byName.get(name) ?? this.#memberOf(type, wire, name) ?? undefined;
    const key = keyOf(ask.names, scope);
    // What the parent lacks cannot be asked with.
    if (ask.names.some((name) => !this.#isArgument(of, name) && scope(name) === undefined)) {
      take(null);
      return;
    }
    const wanted = wantedOf(of, ask, this.#parts.translation);
    this.#parts.answer({ of, ask, scope, given, wanted, key }, (answered) => {
      if ('value' in answered) take(answered.value);
      else {
        take(null);
        this.#tell(answered.failure, place);
      }
    });
  }

  #isArgument(of: Selected, name: string): boolean {
    return 'field' in of && (of.field?.arguments.has(name) ?? false);
  }

  #memberOf(type: string, wire: WireObject, name: string): unknown {
    const known = this.#parts.translation.types.get(type);
    const field = known?.kind === 'object' ? known.fields.get(name) : undefined;
    return ownMember(wire, field?.wire ?? name) ?? undefined;
  }

  #argumentsOf(selected: SelectedField, field: TranslatedField): WireArguments {
    if (field.arguments.size === 0) return noArguments;
    const known = this.#arguments.get(selected);
    if (known) return known;
    const made = wireArguments(selected.arguments, field.arguments, this.#parts);
    this.#arguments.set(selected, made);
    return made;
  }

  #shaped(
    shape: TypeShape,
    value: unknown,
    at: { readonly selected: SelectedField; readonly place: Place },
  ): unknown {
    if (value === null || value === undefined) return null;
    if (shape.lists > 0) {
      if (!Array.isArray(value)) return this.#misfit('no list where its schema has one', at.place);
      const item = { name: shape.name, lists: shape.lists - 1 };
      const { selected, place: above } = at;
      return value.map((each, key) =>
        selected.below && item.lists === 0 && isWireObject(each)
          ? this.#object(selected.below, each, { key, above })
          : this.#shaped(item, each, { selected, place: { key, above } }),
      );
    }
    const { below } = at.selected;
    if (!below) return this.#leaf(shape.name, value, at.place);
    if (isWireObject(value)) return this.#object(below, value, at.place);
    return this.#misfit('no object where its schema has one', at.place);
  }

  #leaf(name: string, value: unknown, place: Place): unknown {
    const type = this.#parts.translation.types.get(name);
    if (type?.kind === 'enum') {
      const text = String(value);
      // The first value of an enum in a .proto file says that there is none.
      return type.fromWire.get(text) ?? (/(?:^|_)UNSPECIFIED$/.test(text) ? null : text);
    }
    if (name === 'ID') return typeof value === 'number' ? String(value) : value;
    if (name === 'Int64' || name === 'UInt64') return this.#whole(value, place);
    // It is handed on as it is, and whoever merges results may write to it.
    return typeof value === 'object' ? structuredClone(value) : value;
  }

  #whole(value: unknown, place: Place): unknown {
    if (typeof value !== 'number') return value;
    if (Number.isSafeInteger(value)) return String(value);
    return this.#misfit(
      'a whole number beyond 2^53 as a JSON number, which nobody can read without loss: send it as a string',
      place,
    );
  }

  #misfit(what: string, place: Place): null {
    const { subgraph } = this.#parts;
    this.#tell(fieldFault('SUBGRAPH_MALFORMED_RESPONSE', `Subgraph "${subgraph}" answered ${what}.`), place);
    return null;
  }

  #tell(failure: unknown, place: Place): void {
    if (this.errors.length >= maxErrors) return;
    const { message, code, extensions } = SluiceError.from(failure);
    const own = typeof extensions.code === 'string' ? extensions.code : code;
    this.errors.push({ message, path: pathOf(place), extensions: { code: own } });
  }
}

/** Found out once for each place of the selection. */
function wantedOf(of: Selected, ask: Ask, translation: Translation): Wanted | null {
  if (of.wanted === undefined) {
    const below = 'fields' in of ? of : of.below;
    const isObject = 'fields' in of || of.below !== null;
    of.wanted = isObject || ask.result.length > 0 ? wantedIn(ask, below, translation) : null;
  }
  return of.wanted;
}

/** Equal for the same values; most are asked for by one text. */
function keyOf(names: readonly string[], scope: Scope): string {
  const [name] = names;
  const only = names.length === 1 && name !== undefined ? scope(name) : null;
  return typeof only === 'string' ? only : JSON.stringify(names.map((each) => scope(each) ?? null));
}

/** What the service said, with what was known before where it says nothing of that. */
function joined(wire: WireObject, value: WireObject): WireObject {
  for (const name of Object.keys(wire)) if (value[name] === undefined) return { ...wire, ...value };
  return value;
}

/** Whether all that is selected is there without asking for the entity. */
function isStub({ fields }: SelectedObject, wire: WireObject): boolean {
  return fields.every(
    ({ field }) =>
      field === null ||
      field.ask !== null ||
      (field.refers === null && ownMember(wire, field.wire) !== undefined),
  );
}

function pathOf(place: Place): readonly (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = place; at; at = at.above) path.unshift(at.key);
  return path;
}

/** Clients choose keys. */
function set(data: Data, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(data, key, { value, writable: true, enumerable: true, configurable: true });
  else data[key] = value;
}
