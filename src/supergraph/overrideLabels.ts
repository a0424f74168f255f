import { type DocumentNode, Kind, visit } from 'graphql';

/** The labels of progressive `@override(label:)` as composition wrote them into the supergraph; sorted. */
export function overrideLabels(supergraph: DocumentNode): readonly string[] {
  const labels = new Set<string>();
  visit(supergraph, {
    Directive({ name, arguments: args = [] }) {
      if (name.value !== 'join__field') return;
      for (const arg of args)
        if (arg.name.value === 'overrideLabel' && arg.value.kind === Kind.STRING) labels.add(arg.value.value);
    },
  });
  return [...labels].sort();
}
