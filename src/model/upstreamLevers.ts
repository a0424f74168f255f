/** What may be done by hand to the way to the subgraphs. It is of this process, and lasts as long. BAD_USER_INPUT for what it does not know. */
export interface UpstreamLevers {
  /** The instance gets no calls for so long, however it does; calls on their way to it end as they would have. */
  eject(named: NamedInstance, forMs: number): void;
  /** It gets calls again, whoever ejected it; false where nobody had. */
  readmit(named: NamedInstance): boolean;
  /** The breaker closes and forgets what it counted; false where it was closed. */
  resetBreaker(subgraph: string): boolean;
}

export interface NamedInstance {
  readonly subgraph: string;
  /** By its host and port, or its URL. */
  readonly instance: string;
}
