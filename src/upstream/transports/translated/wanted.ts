/** The members of an answer that somebody looks at, by the service's names; null for all that is below. */
export type Wanted = ReadonlyMap<string, Wanted | null>;
