import { at, clipped, shortAt } from '../data/format.ts';
import { Allowed, Empty, Status } from '../design/parts.tsx';
import { type Column, Table } from '../design/table.tsx';

export interface Key {
  readonly id: string;
  readonly state: 'ACTIVE' | 'EXPIRED' | 'REVOKED';
  readonly author: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

export function Keys({
  keys,
  revoke,
}: {
  readonly keys: readonly Key[];
  readonly revoke: (id: string) => void;
}) {
  const columns: readonly Column<Key>[] = [
    { id: 'id', label: 'Key', isOnce: true, cell: ({ id }) => <span class="mono">{clipped(id, 24)}</span> },
    {
      id: 'state',
      label: 'State',
      cell: ({ state }) => (
        <Status tone={state === 'ACTIVE' ? 'good' : 'quiet'}>{state.toLowerCase()}</Status>
      ),
    },
    {
      id: 'created',
      label: 'Created',
      isOnce: true,
      cell: ({ createdAt, author }) => (
        <span title={`${at(createdAt)} by ${clipped(author, 100)}`}>{shortAt(createdAt)}</span>
      ),
    },
    {
      id: 'expires',
      label: 'Ends',
      cell: ({ expiresAt }) => (expiresAt === null ? <span class="muted">never</span> : shortAt(expiresAt)),
    },
    {
      id: 'revoke',
      label: '',
      isNumber: true,
      cell: ({ id, state }) =>
        state === 'ACTIVE' && (
          <Allowed needs="operator">
            <button type="button" class="button danger" onClick={() => revoke(id)}>
              Revoke
            </button>
          </Allowed>
        ),
    },
  ];
  return (
    <Table
      label="Keys"
      rows={keys}
      columns={columns}
      keyOf={({ id }) => id}
      perPage={10}
      empty={<Empty title="It has no key">It may come with tokens, or needs a first key.</Empty>}
    />
  );
}
