export interface Asked {
  /** What it is, for those who look at the shots; each has connections of its own. */
  readonly tag: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request and what became of it. */
export interface Shot {
  readonly tag: string;
  /** When it was to be sent, in milliseconds from the start. */
  readonly atMs: number;
  /** From then until its answer was read: a request that could not be sent in time has waited, too. */
  readonly ms: number;
  /** 0 when there was no response. */
  readonly status: number;
  readonly codes: readonly string[];
  readonly hasData: boolean;
  /** Whether it says that something in it stands in for a subgraph. */
  readonly isDegraded: boolean;
}

/** What the process that sends requests is told. */
export interface LoadOrder {
  /** At a fixed rate whatever comes back, as many clients do who know nothing of each other; or so many clients who each wait for their answer. */
  readonly rate: { readonly perSecond: number } | { readonly clients: number };
  readonly durationMs: number;
  /** In turn. */
  readonly asked: readonly Asked[];
  /** Whether each gets its number as the variable `id`. */
  readonly numbered: boolean;
  /** Whether answers are read even when they begin with data. */
  readonly readBodies: boolean;
  readonly port: number;
  readonly path: string;
  /** By the wall clock. */
  readonly startsAtMs: number;
}
