import { otherName } from '../base/boundedNames.ts';
import { type Kind, operationKinds, type UsageDimensions, type UsageKey } from './kinds.ts';
import { LatencySketch } from './latencySketch.ts';
import { measures } from './measures.ts';

/** An ordinary list takes half the memory of a typed one, with so few numbers. */
export function noSums(): number[] {
  return measures.map(() => 0);
}

/** Sums under one key of one kind. */
export class UsageGroup {
  readonly kind: Kind;
  readonly key: UsageKey;
  readonly sums = noSums();
  readonly latency: LatencySketch | null;
  /** Whether the store has less than this. */
  isDirty = false;

  constructor(kind: Kind, key: UsageKey, hasLatency: boolean) {
    this.kind = kind;
    this.key = key;
    this.latency = hasLatency ? new LatencySketch() : null;
  }

  /** Of memory, about. */
  get bytes(): number {
    return bytesPerEntry + (this.latency?.bytes ?? 0);
  }

  add(increments: readonly number[]): void {
    const { sums } = this;
    for (let index = 0; index < increments.length; index += 1)
      sums[index] = (sums[index] ?? 0) + (increments[index] ?? 0);
  }
}

/** What one combination of names has had since it was settled last. */
export class UsageCell {
  readonly groups: readonly UsageGroup[];
  readonly sums = noSums();
  readonly latency = new LatencySketch();
  /** Not kept: nobody else will be added to it. */
  readonly isLoose: boolean;
  isDirty = false;

  constructor(groups: readonly UsageGroup[], isLoose: boolean) {
    this.groups = groups;
    this.isLoose = isLoose;
  }
}

/** All that was counted in one minute. A request is added to one cell; cells are added to their groups when these are written. */
export interface UsageWindow {
  readonly startMs: number;
  /** Who counted; no two windows have the same. */
  readonly source: string;
  cellOf(dimensions: UsageDimensions): UsageCell;
  /** The group of this key, or the one for others when there are too many of its kind. */
  groupOf(kind: Kind, key: UsageKey, hasLatency: boolean): UsageGroup;
  /** Its minute has passed: what was only there to be added to is let go of. */
  end(): void;
  /** Has it written to the store. */
  soil(changed: UsageCell | UsageGroup): void;
  isClean(): boolean;
  /** Some groups to write; they count as clean from now on. */
  takeDirty(max: number): UsageGroup[];
  /** About what it holds, for a bound. */
  bytes(): number;
  /** Operations in it. */
  calls(): number;
}

/** Of a group or cell and its key, without its latency; measured. */
const bytesPerEntry = 540;
/** Settled at once; ten groups each, so it takes a few milliseconds. */
const cellsPerTake = 300;

const kindsOfCell = Object.entries(operationKinds) as [
  keyof typeof operationKinds,
  (typeof operationKinds)[keyof typeof operationKinds],
][];

export function createUsageWindow(
  { startMs, source }: Pick<UsageWindow, 'startMs' | 'source'>,
  { maxGroups }: { readonly maxGroups: number },
): UsageWindow {
  const { byKind, groupOf } = createGroups(maxGroups);
  let cells = new Map<string, UsageCell>();
  let hasEnded = false;
  let dirtyCells: UsageCell[] = [];
  let dirtyGroups: UsageGroup[] = [];

  function soil(changed: UsageCell | UsageGroup): void {
    if (changed.isDirty) return;
    if (changed instanceof UsageCell && changed.isLoose) {
      settle(changed);
      return;
    }
    changed.isDirty = true;
    if (changed instanceof UsageCell) dirtyCells.push(changed);
    else dirtyGroups.push(changed);
  }

  function settle(cell: UsageCell): void {
    for (const group of cell.groups) {
      group.add(cell.sums);
      group.latency?.merge(cell.latency);
      soil(group);
    }
    cell.sums.fill(0);
    cell.latency.clear();
    cell.isDirty = false;
  }

  return {
    startMs,
    source,
    cellOf(dimensions) {
      const { operation, client, version, consumer, plan, caller, status, generation } = dimensions;
      const key = `${operation}\n${client}\n${version}\n${consumer}\n${plan}\n${caller}\n${status}\n${generation}`;
      const known = cells.get(key);
      if (known) return known;
      const groups = kindsOfCell.map(([kind, { keyOf, hasLatency }]) =>
        groupOf(kind, keyOf(dimensions), hasLatency),
      );
      // Beyond the bound each request has a cell of its own, which is settled at once: waiting, they would fill the memory.
      const isLoose = cells.size >= maxGroups;
      const cell = new UsageCell(groups, isLoose);
      if (!isLoose) cells.set(key, cell);
      return cell;
    },
    groupOf,
    end() {
      hasEnded = true;
      cells = new Map();
    },
    soil,
    isClean: () => dirtyCells.length === 0 && dirtyGroups.length === 0,
    takeDirty(max) {
      for (const cell of dirtyCells.slice(0, cellsPerTake)) settle(cell);
      dirtyCells = dirtyCells.slice(cellsPerTake);
      const taken = dirtyGroups.slice(0, max);
      dirtyGroups = dirtyGroups.slice(max);
      for (const group of taken) group.isDirty = false;
      return taken;
    },
    bytes() {
      let sum = 0;
      for (const { latency } of hasEnded ? dirtyCells : cells.values()) sum += bytesPerEntry + latency.bytes;
      for (const groups of byKind.values()) for (const group of groups.values()) sum += group.bytes;
      return sum;
    },
    calls() {
      for (const cell of dirtyCells) settle(cell);
      dirtyCells = [];
      let sum = 0;
      for (const group of byKind.get('region')?.values() ?? []) sum += group.sums[0] ?? 0;
      return sum;
    },
  };
}

/** The groups of a window, by kind and key. */
function createGroups(maxGroups: number) {
  const byKind = new Map<Kind, Map<string, UsageGroup>>();

  function groupOf(kind: Kind, key: UsageKey, hasLatency: boolean): UsageGroup {
    const groups = byKind.get(kind) ?? new Map<string, UsageGroup>();
    byKind.set(kind, groups);
    const known = groups.get(key.join('\n'));
    if (known) return known;
    // Names are bounded, what they make together is not: then the second counts as another.
    const isFull = groups.size >= maxGroups && key[1] !== '' && key[1] !== otherName;
    if (isFull) return groupOf(kind, [key[0], otherName, key[2] === '' ? '' : otherName], hasLatency);
    const group = new UsageGroup(kind, key, hasLatency);
    groups.set(key.join('\n'), group);
    return group;
  }
  return { byKind, groupOf };
}
