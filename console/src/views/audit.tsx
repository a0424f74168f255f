import { useMemo } from 'preact/hooks';
import { hasRole } from '../data/caller.ts';
import { at, clipped, shortAt } from '../data/format.ts';
import { keep, route, to } from '../data/route.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Chip, Code, Empty, Head, Status, type Tone } from '../design/parts.tsx';
import { type Column, Table } from '../design/table.tsx';

interface Entry {
  readonly id: number;
  readonly at: string;
  readonly by: string;
  readonly role: string | null;
  readonly address: string;
  readonly action: string;
  readonly target: string;
  readonly result: 'DONE' | 'REFUSED' | 'FAILED';
  readonly code: string | null;
  readonly requestId: string;
  readonly details: object;
}

interface Answered {
  readonly audit: readonly Entry[];
  readonly __type: { readonly fields: readonly { readonly name: string }[] };
}

const perAnswer = 200;
const query = `query ($by: String, $action: String, $after: Int) {
  audit(first: ${perAnswer}, by: $by, action: $action, after: $after) { id at by role address action target result code requestId details }
  __type(name: "Mutation") { fields { name } }
}`;

/** Who asked for which change, and what became of it. */
export function AuditView() {
  const { search } = route.value;
  const [by, action, after] = ['by', 'action', 'after'].map((name) => search.get(name) || null);
  const isAllowed = hasRole('operator');
  const given = { by, action, after: after ? Number.parseInt(after, 10) || null : null };
  const asked = useAsk<Answered>(isAllowed ? query : null, given, 15_000);
  if (!isAllowed)
    return (
      <>
        <Head title="Audit" />
        <Empty title="The audit takes a token with the role operator">It has names and addresses.</Empty>
      </>
    );
  return (
    <>
      <Head title="Audit" about="Every change that was asked of the admin, also those that were refused.">
        <Filters answered={asked.data} by={by ?? ''} action={action ?? ''} />
      </Head>
      <Card flush>
        <Answer asked={asked} height={480}>
          {({ audit }) => <Entries entries={audit} isFiltered={by !== null || action !== null} />}
        </Answer>
      </Card>
      <div class="row">
        {after && (
          <button type="button" class="button" onClick={() => keep({ after: null })}>
            The newest
          </button>
        )}
        {asked.data?.audit.length === perAnswer && (
          <button
            type="button"
            class="button"
            onClick={() => keep({ after: String(asked.data?.audit.at(-1)?.id) })}
          >
            Older ones
          </button>
        )}
      </div>
    </>
  );
}

interface FiltersProps {
  readonly answered: Answered | null;
  readonly by: string;
  readonly action: string;
}

function Filters({ answered, by, action }: FiltersProps) {
  const actions = (answered?.__type.fields ?? []).map(({ name }) => name).sort();
  const known = action === '' || actions.includes(action) ? actions : [action, ...actions];
  const names = useMemo(
    () => [...new Set((answered?.audit ?? []).map((entry) => entry.by))].sort(),
    [answered],
  );
  return (
    <>
      <input
        type="search"
        aria-label="By whom"
        placeholder="By whom"
        list="audit-names"
        value={by}
        onChange={(event) => keep({ by: event.currentTarget.value.trim() || null, after: null })}
      />
      <datalist id="audit-names">
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <select
        aria-label="Which change"
        value={action}
        onChange={(event) => keep({ action: event.currentTarget.value || null, after: null })}
      >
        <option value="">every change</option>
        {known.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </>
  );
}

function Entries({
  entries,
  isFiltered,
}: {
  readonly entries: readonly Entry[];
  readonly isFiltered: boolean;
}) {
  return (
    <Table
      label="Audit"
      rows={entries}
      columns={columns}
      keyOf={({ id }) => String(id)}
      empty={
        <Empty title={isFiltered ? 'No change fits' : 'Nobody has changed anything yet'}>
          {isFiltered ? <a href={to(['audit'])}>See all changes</a> : null}
        </Empty>
      }
    />
  );
}

const tones: Readonly<Record<Entry['result'], Tone>> = { DONE: 'good', REFUSED: 'warn', FAILED: 'bad' };

const columns: readonly Column<Entry>[] = [
  { id: 'id', label: 'No.', isNumber: true, worth: ({ id }) => id, cell: ({ id }) => id },
  {
    id: 'at',
    label: 'When',
    isOnce: true,
    cell: (entry) => (
      <time dateTime={entry.at} title={at(entry.at)}>
        {shortAt(entry.at)}
      </time>
    ),
  },
  {
    id: 'by',
    label: 'By',
    worth: ({ by }) => by,
    cell: ({ by, role, address }) => (
      <>
        <a href={to(['audit'], { by })}>{clipped(by, 60)}</a>
        <div class="muted tiny">
          {role ?? 'no token'} · {address}
        </div>
      </>
    ),
  },
  {
    id: 'action',
    label: 'Change',
    worth: ({ action }) => action,
    cell: ({ action }) => (
      <a class="chip" href={to(['audit'], { action })}>
        {action}
      </a>
    ),
  },
  {
    id: 'target',
    label: 'Of what',
    isWide: true,
    worth: ({ target }) => target,
    cell: ({ target, details, requestId }) => (
      <details>
        <summary>{clipped(target, 200)}</summary>
        <Code label="What else was asked" text={JSON.stringify({ ...details, requestId }, null, 2)} />
      </details>
    ),
  },
  {
    id: 'result',
    label: 'Became of it',
    worth: ({ result }) => result,
    cell: ({ result, code }) => (
      <>
        <Status tone={tones[result]}>{result.toLowerCase()}</Status> {code && <Chip tone="bad">{code}</Chip>}
      </>
    ),
  },
];
