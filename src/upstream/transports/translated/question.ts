import type { Scope } from './fillTemplate.ts';
import type { Asking } from './selectedObject.ts';
import type { WireArguments } from './wireArguments.ts';

/** What is asked of the service for one place of the result. */
export interface Question {
  readonly asking: Asking;
  /** What is put in for the names of the asking, in their order. */
  readonly values: readonly unknown[];
  readonly given: WireArguments;
  /** Equal for questions of one asking that have the same answer. */
  readonly key: string;
}

export type Answered = { readonly value: unknown } | { readonly failure: unknown };

/** Answers a question at once where the answer is there; otherwise `then` is called when it has come. */
export type AnswerQuestion = (question: Question, then: (answered: Answered) => void) => void;

/** Equal for the same values; most are asked for by one text. */
export function keyOf(values: readonly unknown[]): string {
  const [only] = values;
  if (values.length === 1 && typeof only === 'string') return only;
  return JSON.stringify(values.map((value) => value ?? null));
}

/** What names stand for in the templates of what is asked. */
export function scopeOf({ asking, values, given }: Question): Scope {
  return (name) => asking.valueOf(name, values) ?? given.byName.get(name);
}
