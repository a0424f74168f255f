import type { Decision, ToldDecision } from '../model/decision.ts';

/** A decision that is put into words when somebody wants it. A class, for there are several for each request (docs/decisions/0009). */
export class NotedDecision<Value> implements Decision {
  readonly part: string;
  readonly atMs: number;
  readonly #value: Value;
  readonly #tell: (value: Value) => ToldDecision;

  constructor(part: string, atMs: number, value: Value, tell: (value: Value) => ToldDecision) {
    this.part = part;
    this.atMs = atMs;
    this.#value = value;
    this.#tell = tell;
  }

  tell(): ToldDecision {
    return this.#tell(this.#value);
  }
}
