import type { FetchRewrite } from '../planning/planning.ts';
import { type DataObject, isDataObject, ownValue, setOwnValue } from './ownValue.ts';
import type { TypeMatcher } from './typeMatcher.ts';

const conditionPrefix = '... on ';

/** Applies the planner's rewrites of what is sent to a subgraph, or of what it answered, in place. */
export function applyRewrites(rewrites: readonly FetchRewrite[], value: unknown, matches: TypeMatcher): void {
  for (const rewrite of rewrites) {
    const last = rewrite.path.at(-1);
    if (last === undefined) continue;
    applyAt(rewrite.path.slice(0, -1), value, {
      matches,
      change: (data) => changeField(rewrite, last, data),
    });
  }
}

function changeField(rewrite: FetchRewrite, name: string, data: DataObject): void {
  if (rewrite.kind === 'ValueSetter') {
    setOwnValue(data, name, rewrite.setValueTo);
    return;
  }
  if (!Object.hasOwn(data, name)) return;
  setOwnValue(data, rewrite.renameKeyTo, data[name]);
  delete data[name];
}

interface Change {
  readonly matches: TypeMatcher;
  readonly change: (data: DataObject) => void;
}

function applyAt(path: readonly string[], value: unknown, parts: Change): void {
  if (Array.isArray(value)) {
    for (const item of value) applyAt(path, item, parts);
    return;
  }
  if (!isDataObject(value)) return;
  const [first, ...rest] = path;
  if (first === undefined) {
    parts.change(value);
  } else if (first.startsWith(conditionPrefix)) {
    const typename = ownValue(value, '__typename');
    const isMet =
      typeof typename !== 'string' || parts.matches(typename, first.slice(conditionPrefix.length));
    if (isMet) applyAt(rest, value, parts);
  } else {
    applyAt(rest, ownValue(value, first), parts);
  }
}
