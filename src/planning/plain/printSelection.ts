import type { FetchDataRewrite } from '@apollo/query-planner';
import { print } from 'graphql';
import { callText, fieldCall } from '../fieldCall.ts';
import type { JoinedSubgraph } from '../joined/joinedSupergraph.ts';
import { shapeText } from '../joined/shapeText.ts';
import type { When } from '../when.ts';
import type { DraftField, DraftFields, DraftSelection } from './draft.ts';

export interface PrintedSelection {
  /** With its braces. */
  readonly text: string;
  /** What gives fields of the answer the names they have in the data. */
  readonly rewrites: readonly FetchDataRewrite[];
}

/** What stands under a name already. */
type UsedNames = Map<string, Placed[]>;

interface PrintPlace {
  readonly path: readonly string[];
  readonly used: UsedNames;
}

/** The texts of selections of entities by their types: they are merged as those of one selection are. */
export function printParts(
  parts: readonly DraftSelection[],
  subgraph: JoinedSubgraph,
): readonly PrintedSelection[] {
  const used: UsedNames = new Map();
  return parts.map((part) => printSelection(part, subgraph, { path: [], used }));
}

/**
 * The text of a selection. Under one name GraphQL allows fields of one shape only, in all types together: where types have others, as
 * one that may be null and one that may not, all but the first get a name of their own, to be changed in the answer.
 */
export function printSelection(
  selection: DraftSelection,
  subgraph: JoinedSubgraph,
  { path, used }: PrintPlace = { path: [], used: new Map() },
): PrintedSelection {
  const rewrites: FetchDataRewrite[] = [];

  function fieldsText(type: string, fields: DraftFields): string {
    const texts = new Set<string>();
    for (const field of fields.values()) {
      const name = nameFor({ field, type, subgraph }, used);
      const below = field.below
        ? printSelection(field.below, subgraph, { path: [...path, name], used: new Map() })
        : null;
      rewrites.push(...(below?.rewrites ?? []));
      if (name !== field.name.text)
        rewrites.push({ kind: 'KeyRenamer', path: [...path, name], renameKeyTo: field.name.text });
      texts.add(fieldText(field, name) + (below?.text ?? ''));
    }
    return [...texts].join(' ');
  }

  function textsOf({ type, own, byType, under }: DraftSelection): string[] {
    const inner = [...byType].map(([one, fields]) => ({ on: ` on ${one}`, text: fieldsText(one, fields) }));
    const parts = [
      ...inner.map(({ on, text }) => text && `...${on}{${text}}`),
      ...[...under.values()].map((part) => conditionalText(part.when, textsOf(part.selection).join(' '))),
    ];
    return [fieldsText(type, own), ...parts].filter((text) => text !== '');
  }

  const texts = textsOf(selection);
  // Conditions may leave nothing.
  if (selection.own.size === 0 && selection.byType.size === 0) texts.unshift('__typename');
  return { text: `{${texts.join(' ')}}`, rewrites };
}

/** Each condition in a fragment of its own: a directive may stand at a place once (GraphQL specification, section 5.7.3). */
function conditionalText({ values }: When, text: string): string {
  if (text === '') return '';
  return [...values].reduceRight(
    (inner, [name, value]) => `... @${value ? 'include' : 'skip'}(if:$${name}){${inner}}`,
    text,
  );
}

interface Placed {
  readonly field: DraftField;
  readonly type: string;
  readonly subgraph: JoinedSubgraph;
}

function nameFor(placed: Placed, used: UsedNames): string {
  const plain = placed.field.name.text;
  for (let count = 0; ; count += 1) {
    const name = count === 0 ? plain : `${plain}__${count}`;
    const there = used.get(name) ?? [];
    if (!there.every((other) => fits(other, placed))) continue;
    used.set(name, [...there, placed]);
    return name;
  }
}

/** Whether two fields may have one name (GraphQL specification, section 5.3.2). */
function fits(one: Placed, other: Placed): boolean {
  if (one.field === other.field && one.type === other.type) return true;
  if (shapeOf(one) !== shapeOf(other)) return false;
  if (one.type === other.type && callText(one.field.node) !== callText(other.field.node)) return false;
  const [a, b] = [one.field.below, other.field.below];
  if (!a || !b || a === b) return a === b;
  return fieldsOf(a, one.subgraph).every((x) =>
    fieldsOf(b, other.subgraph).every((y) => x.field.name.text !== y.field.name.text || fits(x, y)),
  );
}

function fieldsOf(selection: DraftSelection, subgraph: JoinedSubgraph): readonly Placed[] {
  const { type, own, byType, under } = selection;
  const placed = (of: string, fields: DraftFields) =>
    [...fields.values()].map((field) => ({ field, type: of, subgraph }));
  return [
    ...placed(type, own),
    ...[...byType].flatMap(([of, fields]) => placed(of, fields)),
    ...[...under.values()].flatMap((part) => fieldsOf(part.selection, subgraph)),
  ];
}

function shapeOf({ field, type, subgraph }: Placed): string {
  const defined = subgraph.types.get(type)?.fields.get(field.node.name.value);
  return defined ? shapeText(defined.type, field.below !== null) : '';
}

function fieldText({ node }: DraftField, name: string): string {
  const call = print(fieldCall(node));
  return name === node.name.value ? call : `${name}:${call}`;
}
