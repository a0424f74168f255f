/** How values of one header from several subgraphs become one: in the order of their answers. */
export type HeaderMerge = 'first' | 'last' | 'append' | 'mostRestrictive';

/** A header of a subgraph's answer that goes back to the client. */
export interface HeaderBack {
  /** In small letters. */
  readonly name: string;
  readonly values: readonly string[];
  readonly merge: HeaderMerge;
}
