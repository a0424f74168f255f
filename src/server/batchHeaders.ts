/** Of the header fields that plugins set for each operation of a batch, those that the one response gets. */
export function batchHeaders(
  ofItems: readonly Iterable<readonly [name: string, value: string]>[],
): Readonly<Record<string, string>> {
  const merged = new Map<string, string>();
  for (const fields of ofItems) for (const [name, value] of fields) merged.set(name, value);
  // What is left of a limit is told by who has least of it, or clients would go on who are about to be refused.
  for (const [name, value] of mostLimited(ofItems)) merged.set(name, value);
  return Object.fromEntries(merged);
}

/** `ratelimit` and its kin, `x-ratelimit-remaining`, … */
const aboutLimits = /^(?:x-)?ratelimit(?:-|$)/;

function mostLimited(
  ofItems: readonly Iterable<readonly [name: string, value: string]>[],
): readonly (readonly [name: string, value: string])[] {
  const limited = ofItems
    .map((fields) => [...fields].filter(([name]) => aboutLimits.test(name)))
    .filter((fields) => fields.length > 0);
  return limited.toSorted((one, other) => leastLeft(one) - leastLeft(other))[0] ?? [];
}

/** What the fields say is left, in one of the forms in use; Infinity where they do not say. */
function leastLeft(fields: readonly (readonly [name: string, value: string])[]): number {
  const told = fields.flatMap(([name, value]) => {
    if (name.endsWith('ratelimit-remaining')) return [Number.parseInt(value, 10)];
    return [...value.matchAll(/(?:^|[;,\s])(?:r|remaining)=(\d{1,15})(?!\d)/g)].map(([, left]) =>
      Number(left),
    );
  });
  return Math.min(Number.POSITIVE_INFINITY, ...told.filter((left) => Number.isFinite(left)));
}
