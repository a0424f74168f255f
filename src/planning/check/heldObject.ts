/** What a plan is known to have of an object of one type, at one place of the data and below parents of certain types. */
export interface HeldObject {
  /** The type it has. */
  readonly type: string;
  /** The type the data tells: an interface where only interface objects were met; null when none was asked. */
  told: string | null;
  /** By the names in the data. */
  readonly fields: Map<string, HeldField>;
}

export interface HeldField {
  readonly field: string;
  /** The field with its arguments. */
  readonly call: string;
  /** The objects it may give, by their type; null for a leaf. */
  readonly objects: Map<string, HeldObject> | null;
  /** Whether the client or another fetch needs it. */
  isUsed: boolean;
  /** Whether an answer can be spoilt by asking it in vain: a null that it may not have empties more, and what it requires may lack. */
  readonly isRisky: boolean;
}

export function heldObject(type: string): HeldObject {
  return { type, told: null, fields: new Map() };
}
