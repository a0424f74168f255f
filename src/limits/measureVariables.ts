export interface VariablesMeasure {
  /** Levels of objects and lists; one for variables that hold none. */
  readonly depth: number;
  /** Keys of all objects. */
  readonly keys: number;
}

/** Values as parsed from JSON, which was scanned for its depth before. */
export function measureVariables(variables: Readonly<Record<string, unknown>>): VariablesMeasure {
  let keys = 0;
  const depthOf = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 0;
    const isList = Array.isArray(value);
    const values = isList ? value : Object.values(value);
    if (!isList) keys += values.length;
    let deepest = 0;
    for (const inner of values) deepest = Math.max(deepest, depthOf(inner));
    return deepest + 1;
  };
  return { depth: depthOf(variables), keys };
}
