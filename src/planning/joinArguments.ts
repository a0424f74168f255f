import { type ConstDirectiveNode, Kind } from 'graphql';

/** What composition wrote about a type, a field or a value of a supergraph: its `join__…` directives as plain values. */
export interface JoinArguments {
  /** The subgraph's name as an enum value of the supergraph. */
  readonly graph: string;
  /** The arguments given besides `graph`; of those that are not texts only that they are there. */
  readonly others: ReadonlyMap<string, string>;
}

export function joinArguments(
  { directives = [] }: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  directiveName: string,
): JoinArguments[] {
  return directives.filter(({ name }) => name.value === directiveName).map(argumentsOf);
}

function argumentsOf({ arguments: args = [] }: ConstDirectiveNode): JoinArguments {
  const others = new Map<string, string>();
  let graph = '';
  for (const { name, value } of args) {
    if (name.value === 'graph' && value.kind === Kind.ENUM) graph = value.value;
    else others.set(name.value, textOf(value));
  }
  return { graph, others };
}

function textOf(value: { readonly kind: Kind; readonly value?: unknown }): string {
  return String(value.value ?? value.kind);
}
