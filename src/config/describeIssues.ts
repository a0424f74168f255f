import type { z } from 'zod';
import { allowedBy, listed } from './allowedBy.ts';
import type { ConfigFault } from './configError.ts';
import { foundValue } from './foundValue.ts';
import { nearestName } from './nearestName.ts';
import { pathText, type SettingsPath } from './settingsPath.ts';
import { alternatives, type Shape, shapeAt } from './shape.ts';
import { isMap, nearestPlace, valueAt, type Written } from './written.ts';

type Issue = z.core.$ZodIssue;

export interface DescribeOptions {
  readonly written: Written;
  /** Of the whole file. */
  readonly shape: Shape;
}

/** What zod refused, each as a fault with its place, what was found and what is allowed. */
export function describeIssues(
  issues: readonly Issue[],
  base: SettingsPath,
  options: DescribeOptions,
): readonly ConfigFault[] {
  return issues
    .flatMap((issue) => flatten(issue, base, options))
    .filter((fault) => !isBroken(fault.path, options.written.broken))
    .map(({ path, message, atKey }) => {
      const place = nearestPlace(options.written.places, path);
      const [line, column] = atKey ? [place?.keyLine, place?.keyColumn] : [place?.line, place?.column];
      return {
        file: place?.file ?? '',
        line: line ?? null,
        column: column ?? null,
        path: pathText(path),
        message,
      };
    });
}

interface Finding {
  readonly path: SettingsPath;
  readonly message: string;
  /** The key is wrong, not the value. */
  readonly atKey?: boolean;
}

function isBroken(path: SettingsPath, broken: ReadonlySet<string>): boolean {
  return path.some((_, index) => broken.has(pathText(path.slice(0, index + 1))));
}

function flatten(issue: Issue, base: SettingsPath, options: DescribeOptions): readonly Finding[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, options));
  if (issue.code === 'invalid_key') return [wrongKey(issue, path, options)];
  if (issue.code === 'invalid_union' && !issue.message.startsWith('expected ')) {
    const closest = closestBranch(issue.errors, valueAt(options.written.root, path));
    if (closest) return closest.flatMap((inner) => flatten(inner, path, options));
    const unknown = keysOfNoAlternative(path, options);
    if (unknown.length > 0) return unknown.map((key) => unknownKey(key, path, options));
  }
  return [wrongValue(issue, path, options)];
}

/** Of a map's or list's alternatives, the issues of the one it was written for; null when it resembles none more than the others. */
function closestBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | null {
  if (typeof value !== 'object' || value === null) return null;
  const ownKeys = Object.keys(value).length;
  let closest: readonly Issue[] | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const issues of branches) {
    const wrongType = issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type');
    const unknown = issues.reduce((sum, issue) => sum + (isUnknownKeys(issue) ? issue.keys.length : 0), 0);
    const misses = issues.length + unknown;
    if (!wrongType && unknown < ownKeys && misses < fewest) {
      closest = issues;
      fewest = misses;
    }
  }
  return closest;
}

function keysOfNoAlternative(path: SettingsPath, { shape, written }: DescribeOptions): readonly string[] {
  const value = valueAt(written.root, path);
  const own = shapeAt(shape, path, written.root);
  if (!own || !isMap(value)) return [];
  const known = new Set(alternatives(own).flatMap((each) => Object.keys(each.properties ?? {})));
  return known.size === 0 ? [] : Object.keys(value).filter((key) => !known.has(key));
}

function isUnknownKeys(issue: Issue): issue is z.core.$ZodIssueUnrecognizedKeys {
  return issue.code === 'unrecognized_keys' && issue.path.length === 0;
}

function unknownKey(key: string, path: SettingsPath, { shape, written }: DescribeOptions): Finding {
  const own = shapeAt(shape, path, written.root);
  const known = own
    ? [...new Set(alternatives(own).flatMap((each) => Object.keys(each.properties ?? {})))]
    : [];
  const near = nearestName(key, known);
  const meant = near === null ? '' : ` (did you mean ${near}?)`;
  const allowed = known.length === 0 ? 'no keys' : listed(known.toSorted());
  return {
    path: [...path, key],
    atKey: true,
    message: `found the unknown key ${JSON.stringify(key)}${meant}; allowed: ${allowed}`,
  };
}

function wrongKey(
  issue: z.core.$ZodIssueInvalidKey,
  path: SettingsPath,
  { shape, written }: DescribeOptions,
): Finding {
  const message = issue.issues[0]?.message ?? issue.message;
  const names = shapeAt(shape, path.slice(0, -1), written.root)?.propertyNames;
  const allowed =
    typeof names === 'object' && !message.startsWith('expected ') ? allowedBy(names) : expectation(message);
  return { path, atKey: true, message: `found the key ${JSON.stringify(path.at(-1))}; allowed: ${allowed}` };
}

function wrongValue(issue: Issue, path: SettingsPath, { shape, written }: DescribeOptions): Finding {
  const value = valueAt(written.root, path);
  const found = isUnshown(issue) ? 'found a hidden value' : foundValue(value, path, { shape, written });
  if (issue.message.startsWith('expected '))
    return { path, message: `${found}; allowed: ${expectation(issue.message)}` };
  if (issue.code === 'custom') {
    return {
      path,
      message: isMap(value) || Array.isArray(value) ? issue.message : `${found}; ${issue.message}`,
    };
  }
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    return { path, message: `${found}; allowed: ${listed(issue.options.map(String))}` };
  }
  const own = shapeAt(shape, path, written.root);
  return { path, message: `${found}; allowed: ${own ? allowedBy(own) : expectation(issue.message)}` };
}

/** A part that cannot tell where in a text the secret is says so with its issue: `params: { secret: true }`. */
function isUnshown(issue: Issue): boolean {
  return issue.code === 'custom' && issue.params?.secret === true;
}

/** Parts write `expected a duration such as 10s`; zod writes `Invalid input: expected string, received number`. */
function expectation(message: string): string {
  return message.replace(/^expected /, '').replace(/^.*?: expected (.*), received .*$/, '$1');
}
