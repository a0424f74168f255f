import { count, duration, percent } from '../data/format.ts';
import { to } from '../data/route.ts';
import type { Named } from '../data/totals.ts';
import { Empty } from '../design/parts.tsx';
import { type Column, Table } from '../design/table.tsx';

/** Names with what was counted under them. */
export function NamedTable({
  label,
  rows,
  view,
  part,
  none,
}: {
  readonly label: string;
  readonly rows: readonly Named[];
  readonly view: string;
  readonly part?: string;
  readonly none: string;
}) {
  const columns: readonly Column<Named>[] = [
    {
      id: 'name',
      label: 'Name',
      isWide: true,
      worth: ({ name }) => name ?? '',
      cell: ({ name, version }) => (
        <span class="name">
          {name === null ? (
            <span class="muted">{none}</span>
          ) : (
            <a href={to([view, ...(part === undefined ? [] : [part]), name])}>{name.slice(0, 160)}</a>
          )}
          {version && <span class="muted"> {version.slice(0, 60)}</span>}
        </span>
      ),
    },
    {
      id: 'calls',
      label: 'Requests',
      isNumber: true,
      worth: ({ now }) => now.calls,
      cell: ({ now }) => count(now.calls),
    },
    {
      id: 'errors',
      label: 'Errors',
      isNumber: true,
      worth: ({ now }) => now.errors,
      cell: ({ now }) => (
        <span class={now.errors > 0 ? 'bad' : 'muted'}>{percent(now.errors, now.calls)}</span>
      ),
    },
    {
      id: 'p95',
      label: 'p95',
      isNumber: true,
      worth: ({ now }) => now.p95Ms,
      cell: ({ now }) => duration(now.p95Ms),
    },
  ];
  return (
    <Table
      label={label}
      rows={rows}
      columns={columns}
      keyOf={({ name, version }) => `${name} ${version ?? ''}`}
      sortedBy="calls"
      perPage={10}
      empty={<Empty title="None in this time" />}
    />
  );
}
