/** A decision as it is told to an operator. */
export interface ToldDecision {
  /** A sentence without its full stop, for people. Nothing secret: no token or key, no value of a variable or header. */
  readonly text: string;
  /** What it rests on, for machines; what JSON can say. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Something a part decided for a request on its way. */
export interface Decision {
  /** The folder of the part, or another word for what was decided. */
  readonly part: string;
  /** Monotonic milliseconds. */
  readonly atMs: number;
  /** Put into words; asked only where the request is kept to be explained. */
  tell(): ToldDecision;
}

/** Takes down what is decided for a request. */
export interface DecisionNotes {
  /**
   * `value` is kept as it is until the request has been recorded, so that noting it costs next to nothing; `tell` puts it into words where
   * somebody may want to read it. A function of the module, not made anew for each request.
   */
  decided<Value>(part: string, value: Value, tell: (value: Value) => ToldDecision): void;
}
