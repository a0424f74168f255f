export interface DiffLine {
  readonly sign: '+' | '-' | ' ';
  readonly text: string;
}

/** More lines than this are not compared one by one: the table would be too large. */
const maxCells = 4_000_000;

/** The lines of two texts, in order: those that went, those that came, those that stayed. */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  )
    end += 1;
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ sign: ' ', text }));
  const middle = compare(old.slice(start, old.length - end), now.slice(start, now.length - end));
  return [...same(now.slice(0, start)), ...middle, ...same(now.slice(now.length - end))];
}

/** By the longest common subsequence. */
function compare(old: readonly string[], now: readonly string[]): readonly DiffLine[] {
  const width = now.length + 1;
  if (old.length * width > maxCells)
    return [
      ...old.map((text) => ({ sign: '-', text }) as const),
      ...now.map((text) => ({ sign: '+', text }) as const),
    ];
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1)
    for (let column = now.length - 1; column >= 0; column -= 1)
      lengths[row * width + column] =
        old[row] === now[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < now.length) {
    const [went = '', came = ''] = [old[row], now[column]];
    if (row < old.length && column < now.length && went === came) {
      lines.push({ sign: ' ', text: came });
      row += 1;
      column += 1;
    } else if (column === now.length || (row < old.length && at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ sign: '-', text: went });
      row += 1;
    } else {
      lines.push({ sign: '+', text: came });
      column += 1;
    }
  }
  return lines;
}

/** Only what changed, with a few lines around it; null stands for lines that are left out. */
export function folded(lines: readonly DiffLine[], around = 3): readonly (DiffLine | null)[] {
  const near = new Uint8Array(lines.length);
  for (const [index, { sign }] of lines.entries())
    if (sign !== ' ') near.fill(1, Math.max(0, index - around), Math.min(lines.length, index + around + 1));
  const shown: (DiffLine | null)[] = [];
  for (const [index, line] of lines.entries()) {
    if (near[index] === 1) shown.push(line);
    else if (shown.at(-1) !== null) shown.push(null);
  }
  return shown;
}
