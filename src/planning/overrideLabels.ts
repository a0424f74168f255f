import { Kind, parse, visit } from 'graphql';

/** The labels of progressive `@override(label:)` as composition wrote them into the supergraph; sorted. */
export function overrideLabels(supergraphSdl: string): readonly string[] {
  const labels = new Set<string>();
  visit(parse(supergraphSdl, { noLocation: true }), {
    Directive({ name, arguments: args = [] }) {
      if (name.value !== 'join__field') return;
      for (const arg of args)
        if (arg.name.value === 'overrideLabel' && arg.value.kind === Kind.STRING) labels.add(arg.value.value);
    },
  });
  return [...labels].sort();
}
