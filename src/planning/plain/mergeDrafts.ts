import type { Draft, DraftSelection, Requirement } from './draft.ts';
import { isEmptySelection } from './draft.ts';
import { printSelection } from './printSelection.ts';

/**
 * Makes one fetch of those that ask one subgraph at one place after the same others, where their representations can be one. Leaves out
 * what selects nothing and nobody waits for.
 */
export function mergeDrafts(drafts: readonly Draft[]): readonly Draft[] {
  const standIns = new Map<Draft, Draft>();
  const ancestors = new Map<Draft, ReadonlySet<Draft>>();
  const groups = new Map<string, Draft[]>();
  const numbers = new Map<Draft, number>();
  const kept: Draft[] = [];
  for (const draft of withoutEmpty(drafts)) {
    const direct = [...draft.after].flatMap((one) => standIns.get(one) ?? []);
    const after = new Set(
      direct.filter((one) => !direct.some((other) => other !== one && ancestors.get(other)?.has(one))),
    );
    const key = [
      draft.subgraph.name,
      draft.asks,
      draft.path.join('.'),
      draft.when.text,
      [...after].map((one) => numbers.get(one)).sort(),
    ].join(' ');
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    const fitting = group.find((other) => canMerge(other, draft));
    if (fitting) {
      mergeInto(fitting, draft);
      standIns.set(draft, fitting);
      continue;
    }
    const own = { ...draft, after, requirements: [...draft.requirements], parts: [...draft.parts] };
    standIns.set(draft, own);
    numbers.set(own, numbers.size);
    ancestors.set(own, new Set([...after].flatMap((one) => [one, ...(ancestors.get(one) ?? [])])));
    group.push(own);
    kept.push(own);
  }
  return kept;
}

function withoutEmpty(drafts: readonly Draft[]): readonly Draft[] {
  const kept = drafts.filter(
    (draft) => !draft.parts.every(isEmptySelection) || drafts.some((other) => other.after.has(draft)),
  );
  return kept.length < drafts.length ? withoutEmpty(kept) : kept;
}

function canMerge(one: Draft, other: Draft): boolean {
  if (one.asks !== 'entities') return true;
  return one.requirements.every((a) =>
    other.requirements.every((b) => {
      if (a.type === b.type) return !contradict(a, b);
      // Two types that are one in the subgraph cannot be told apart in what is selected of them.
      return a.sentAs !== b.sentAs || samePart(one, other, a.sentAs);
    }),
  );
}

/** Whether one field would have to stand in one representation with two values. */
function contradict(a: Requirement, b: Requirement): boolean {
  return a.wants.some((want) =>
    b.wants.some((other) => other.field === want.field && other.name !== want.name),
  );
}

function samePart(one: Draft, other: Draft, type: string): boolean {
  const [a, b] = [one, other].map(({ parts }) => parts.find((part) => part.type === type));
  return (
    a !== undefined &&
    b !== undefined &&
    printSelection(a, one.subgraph).text === printSelection(b, other.subgraph).text
  );
}

function mergeInto(draft: Draft, other: Draft): void {
  for (const part of other.parts) {
    const there = draft.parts.find(({ type }) => type === part.type);
    if (there) mergeSelections(there, part);
    else draft.parts.push(part);
  }
  for (const requirement of other.requirements) {
    const index = draft.requirements.findIndex(({ type }) => type === requirement.type);
    const there = draft.requirements[index];
    if (there)
      draft.requirements[index] = { ...there, wants: [...new Set([...there.wants, ...requirement.wants])] };
    else draft.requirements.push(requirement);
  }
}

function mergeSelections(selection: DraftSelection, other: DraftSelection): void {
  const pairs = [[selection.own, other.own] as const];
  for (const [type, fields] of other.byType) {
    const there = selection.byType.get(type) ?? new Map();
    selection.byType.set(type, there);
    pairs.push([there, fields]);
  }
  for (const [text, { when, selection: from }] of other.under) {
    const there = selection.under.get(text);
    if (there) mergeSelections(there.selection, from);
    else selection.under.set(text, { when, selection: from });
  }
  for (const [into, from] of pairs) {
    for (const [name, field] of from) {
      const there = into.get(name);
      if (there?.below && field.below) mergeSelections(there.below, field.below);
      else into.set(name, there ?? field);
    }
  }
}
