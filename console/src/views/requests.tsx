import { useMemo, useState } from 'preact/hooks';
import { at, clipped, duration, shortAt, timeOf } from '../data/format.ts';
import { type LiveRequest, liveState, recent, seconds } from '../data/live.ts';
import { keep, route, to } from '../data/route.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Chip, Empty, Head, Note, Status } from '../design/parts.tsx';
import { type Column, Table } from '../design/table.tsx';
import { ExplanationView } from './explanation.tsx';

export function RequestsView() {
  const [id] = route.value.parts;
  return id === undefined ? <Tail /> : <ExplanationView key={id} id={id} />;
}

function Tail() {
  const { search } = route.value;
  const sought = search.get('search') ?? '';
  const only = search.get('only') ?? 'all';
  const [held, setHeld] = useState<readonly LiveRequest[] | null>(null);
  const all = held ?? recent.value;
  const found = useMemo(() => all.filter((request) => fits(request, sought, only)), [all, sought, only]);
  const leftOut = seconds.value.at(-1)?.recentLeftOut ?? 0;
  return (
    <>
      <Head title="Requests" about="As they end. Those with errors, slow ones and a sample can be explained.">
        <input
          type="search"
          aria-label="Filter requests"
          placeholder="Operation, client, code or id"
          value={sought}
          onInput={(event) => keep({ search: event.currentTarget.value || null })}
        />
        <fieldset class="segments" style={{ margin: 0, padding: 0 }}>
          <legend class="hidden">Which requests</legend>
          {['all', 'errors', 'slow'].map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === only}
              onClick={() => keep({ only: each === 'all' ? null : each })}
            >
              {each}
            </button>
          ))}
        </fieldset>
        <button type="button" class="button" onClick={() => setHeld(held ? null : recent.value)}>
          {held ? 'Go on' : 'Hold'}
        </button>
      </Head>
      {liveState.value === 'lost' && (
        <Note tone="warn">The gateway was not reached; trying again every two seconds.</Note>
      )}
      <Card
        title={held ? 'Held' : 'Live'}
        aside={
          leftOut > 0 ? (
            <span class="muted small">{leftOut} more in the last second are not shown</span>
          ) : undefined
        }
        flush
      >
        <Table
          label="Requests"
          rows={found}
          columns={liveColumns}
          keyOf={({ requestId, at: ended }) => `${requestId} ${ended}`}
          perPage={25}
          empty={
            <Empty title={all.length > 0 ? 'No request fits' : 'No request since this page was opened'}>
              {all.length > 0 ? 'Filter for something else.' : 'They show up within a second of their end.'}
            </Empty>
          }
        />
      </Card>
      <Kept />
    </>
  );
}

const slowMs = 500;

function fits(
  { operations, client, consumer, codes, requestId, ms }: LiveRequest,
  sought: string,
  only: string,
): boolean {
  if (only === 'errors' && codes.length === 0) return false;
  if (only === 'slow' && ms < slowMs) return false;
  const wanted = sought.toLowerCase();
  return [...operations, client ?? '', consumer ?? '', ...codes, requestId].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}

const operationColumn: Column<Pick<LiveRequest, 'operations' | 'requestId'>> = {
  id: 'operation',
  label: 'Operation',
  isWide: true,
  cell: ({ operations, requestId }) => (
    <a class="name" href={to(['requests', requestId])}>
      {operations.length > 0 ? clipped(operations.join(', ')) : <span class="muted">not known</span>}
    </a>
  ),
};

const liveColumns: readonly Column<LiveRequest>[] = [
  {
    id: 'at',
    label: 'Ended',
    isOnce: true,
    cell: (request) => <span title={at(request.at)}>{timeOf(request.at)}</span>,
  },
  operationColumn,
  {
    id: 'client',
    label: 'Client',
    cell: ({ client, version, consumer }) => (
      <span class="name" style={{ maxWidth: '200px', fontWeight: 400 }}>
        {client ?? <span class="muted">unnamed</span>} <span class="muted">{version ?? ''}</span>
        {consumer !== null && <span class="muted"> · {consumer}</span>}
      </span>
    ),
  },
  {
    id: 'subgraphs',
    label: 'Subgraphs',
    cell: ({ subgraphs }) => (
      <span class="muted cut" style={{ display: 'block', maxWidth: '150px' }}>
        {subgraphs.join(', ')}
      </span>
    ),
  },
  {
    id: 'result',
    label: 'Result',
    cell: ({ status, codes }) => (
      <span class="row tight" style={{ flexWrap: 'nowrap' }}>
        <Status tone={codes.length === 0 ? 'good' : status >= 500 ? 'bad' : 'warn'}>{status}</Status>
        {codes.slice(0, 1).map((code) => (
          <Chip key={code} tone="bad">
            {code}
          </Chip>
        ))}
      </span>
    ),
  },
  { id: 'ms', label: 'Took', isNumber: true, cell: ({ ms }) => duration(ms) },
];

interface KeptRequest {
  readonly requestId: string;
  readonly at: string;
  readonly ms: number;
  readonly why: string;
  readonly status: number;
  readonly operations: readonly string[];
  readonly client: string | null;
  readonly codes: readonly string[];
}

const keptQuery = '{ explanations(first: 50) { requestId at ms why status operations client codes } }';
const whys: Readonly<Record<string, string>> = {
  ERROR: 'errors',
  SLOW: 'slow',
  GONE: 'client left',
  SAMPLE: 'sample',
};

/** Those of before this page was opened, that can be explained. */
function Kept() {
  const asked = useAsk<{ explanations: readonly KeptRequest[] | null }>(keptQuery, {}, 10_000);
  return (
    <Card title="Kept to be explained" flush>
      <Answer asked={asked} height={240}>
        {({ explanations }) =>
          explanations === null ? (
            <Empty title="No request is kept">Set explain.enabled to have some explained.</Empty>
          ) : (
            <Table
              label="Kept requests"
              rows={explanations}
              columns={keptColumns}
              keyOf={({ requestId, at: when }) => `${requestId} ${when}`}
              perPage={10}
              empty={
                <Empty title="None yet">
                  The next request with an error, a slow one or one of the sample will be here.
                </Empty>
              }
            />
          )
        }
      </Answer>
    </Card>
  );
}

const keptColumns: readonly Column<KeptRequest>[] = [
  {
    id: 'at',
    label: 'When',
    isOnce: true,
    cell: (kept) => <span title={at(kept.at)}>{shortAt(kept.at)}</span>,
  },
  operationColumn,
  { id: 'client', label: 'Client', cell: ({ client }) => clipped(client ?? '–', 60) },
  { id: 'why', label: 'Kept for', cell: ({ why }) => whys[why] ?? why },
  {
    id: 'codes',
    label: 'Codes',
    cell: ({ codes }) =>
      codes.slice(0, 2).map((code) => (
        <Chip key={code} tone="bad">
          {code}
        </Chip>
      )),
  },
  { id: 'ms', label: 'Took', isNumber: true, cell: ({ ms }) => duration(ms) },
];
