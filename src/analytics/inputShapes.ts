import { type GraphQLInputType, getNamedType, isEnumType, isInputObjectType } from 'graphql';
import type { NoteCoordinate } from './noteLiteral.ts';

/** An enum or input type as values are walked by it: graphql-js's own types take several times as long to look at. */
export interface InputShape {
  /** The coordinate of an input type; null for an enum. */
  readonly coordinate: string | null;
  /** Enum values or input fields by name. */
  readonly members: ReadonlyMap<string, InputMember>;
}

interface InputMember {
  readonly coordinate: string;
  /** Of a field whose values tell more. */
  readonly shape: InputShape | null;
}

/** Takes down what is met for the first time. */
export interface ValueNotes {
  readonly note: NoteCoordinate;
  /** Coordinates that were met already. */
  readonly met: Set<string>;
  /** How many more values are looked at. */
  patience: number;
}

export interface InputShapes {
  /** Null for a type whose values tell nothing. */
  of(type: GraphQLInputType): InputShape | null;
}

/** The shapes of one schema, which may contain each other. */
export function createInputShapes(): InputShapes {
  const known = new Map<string, InputShape>();

  function of(type: GraphQLInputType): InputShape | null {
    const named = getNamedType(type);
    const shape = known.get(named.name);
    if (shape) return shape;
    const members = new Map<string, InputMember>();
    if (isEnumType(named)) {
      known.set(named.name, { coordinate: null, members });
      for (const { name } of named.getValues())
        members.set(name, { coordinate: `${named.name}.${name}`, shape: null });
    } else if (isInputObjectType(named)) {
      known.set(named.name, { coordinate: named.name, members });
      for (const field of Object.values(named.getFields()))
        members.set(field.name, { coordinate: `${named.name}.${field.name}`, shape: of(field.type) });
    }
    return known.get(named.name) ?? null;
  }
  return { of };
}

/** What a variable's value uses, in lists of any depth; stops when the patience is at its end. */
export function noteValue(shape: InputShape, value: unknown, notes: ValueNotes): void {
  notes.patience -= 1;
  if (notes.patience < 0 || value === null || value === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (notes.patience < 0) return;
      noteValue(shape, item, notes);
    }
  } else if (shape.coordinate === null) {
    const member = typeof value === 'string' ? shape.members.get(value) : undefined;
    if (member) noteOnce(member.coordinate, notes);
  } else if (typeof value === 'object') {
    noteOnce(shape.coordinate, notes);
    for (const name of Object.keys(value)) {
      const member = shape.members.get(name);
      if (!member) continue;
      noteOnce(member.coordinate, notes);
      if (member.shape) noteValue(member.shape, (value as Record<string, unknown>)[name], notes);
    }
  }
}

function noteOnce(coordinate: string, { met, note }: ValueNotes): void {
  if (met.has(coordinate)) return;
  met.add(coordinate);
  note(coordinate);
}
