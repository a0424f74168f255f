import type { ConstDirectiveNode, DefinitionNode } from 'graphql';

/** A schema as it was generated, before the mapping stands over it. */
export interface Draft {
  readonly definitions: readonly DefinitionNode[];
  /** Of the schema itself. */
  readonly directives: readonly ConstDirectiveNode[];
  readonly remarks: readonly string[];
}
