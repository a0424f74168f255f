import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Empty } from './parts.tsx';

export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  /** Numbers stand at the right and sort from the largest. */
  readonly isNumber?: boolean;
  readonly isWide?: boolean;
  /** Stays on one line. */
  readonly isOnce?: boolean;
  /** What it is sorted by; a column without is not sorted. */
  readonly worth?: (row: Row) => number | string | null;
  readonly cell: (row: Row) => ComponentChildren;
}

export interface TableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly sortedBy?: string;
  readonly perPage?: number;
  readonly empty?: ComponentChildren;
  /** Told which rows are in sight. */
  readonly onShown?: (rows: readonly Row[]) => void;
}

/** Sorted by a click on a heading, a page at a time. */
export function Table<Row>(props: TableProps<Row>) {
  const { label, rows, columns, keyOf, perPage = 25, empty, onShown } = props;
  const [sort, setSort] = useState({ by: props.sortedBy ?? '', turned: false });
  const [page, setPage] = useState(0);
  const sorted = useMemo(() => {
    const worth = columns.find(({ id }) => id === sort.by)?.worth;
    return worth ? [...rows].sort((one, other) => compare(worth(one), worth(other), sort.turned)) : rows;
  }, [rows, sort, columns]);
  const pages = Math.max(1, Math.ceil(sorted.length / perPage));
  const at = Math.min(page, pages - 1);
  const shown = sorted.slice(at * perPage, (at + 1) * perPage);
  onShown?.(shown);
  if (rows.length === 0) return <>{empty ?? <Empty title="Nothing here yet" />}</>;
  return (
    <>
      <table aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column.id} column={column} sort={sort} setSort={setSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ id, isNumber, isWide, isOnce, cell }) => (
                <td key={id} class={isNumber ? 'number' : isWide ? 'wide' : isOnce ? 'once' : ''}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {pages > 1 && <Pages at={at} pages={pages} count={sorted.length} perPage={perPage} setPage={setPage} />}
    </>
  );
}

interface Sort {
  readonly by: string;
  readonly turned: boolean;
}

function Heading<Row>({
  column: { id, label, isNumber, worth },
  sort,
  setSort,
}: {
  readonly column: Column<Row>;
  readonly sort: Sort;
  readonly setSort: (sort: Sort) => void;
}) {
  const isSorted = sort.by === id;
  const isRising = isSorted && sort.turned;
  if (!worth) return <th class={isNumber ? 'number' : ''}>{label || <span class="hidden">Actions</span>}</th>;
  return (
    <th
      class={isNumber ? 'number' : ''}
      aria-sort={isSorted ? (isRising ? 'ascending' : 'descending') : 'none'}
    >
      <button type="button" onClick={() => setSort({ by: id, turned: isSorted && !sort.turned })}>
        {label}
        {isSorted && <span aria-hidden="true">{isRising ? '↑' : '↓'}</span>}
      </button>
    </th>
  );
}

function Pages({
  at,
  pages,
  count,
  perPage,
  setPage,
}: {
  readonly at: number;
  readonly pages: number;
  readonly count: number;
  readonly perPage: number;
  readonly setPage: (page: number) => void;
}) {
  return (
    <div class="row small muted" style={{ padding: '8px 16px', borderTop: '1px solid var(--line)' }}>
      <span class="grow">
        {at * perPage + 1}–{Math.min(count, (at + 1) * perPage)} of {count}
      </span>
      <button type="button" class="button" disabled={at === 0} onClick={() => setPage(at - 1)}>
        Before
      </button>
      <button type="button" class="button" disabled={at === pages - 1} onClick={() => setPage(at + 1)}>
        Next
      </button>
    </div>
  );
}

/** The largest first, texts by the alphabet; nothing comes last either way. */
function compare(one: number | string | null, other: number | string | null, turned: boolean): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
  const order =
    typeof one === 'string' || typeof other === 'string'
      ? String(one).localeCompare(String(other))
      : other - one;
  return turned ? -order : order;
}
