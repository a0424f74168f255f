import { count, shortAt } from '../data/format.ts';
import { to } from '../data/route.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Empty, Head, Status, type Tone } from '../design/parts.tsx';
import { type Column, Table } from '../design/table.tsx';

interface Rule {
  readonly setting: string;
  readonly mode: 'OFF' | 'LOG' | 'ENFORCE';
  readonly bounds: Record<string, unknown>;
  readonly refused: number;
  readonly wouldRefuse: number;
  readonly lastAt: string | null;
  readonly lastRequestId: string | null;
}

const query = '{ rules { setting mode bounds refused wouldRefuse lastAt lastRequestId } }';

const tones: Readonly<Record<Rule['mode'], Tone>> = { OFF: 'quiet', LOG: 'warn', ENFORCE: 'good' };
const words: Readonly<Record<Rule['mode'], string>> = { OFF: 'off', LOG: 'logs only', ENFORCE: 'enforced' };

/** What each rule is for, where its name does not say it. */
const purposes: Readonly<Record<string, string>> = {
  access: 'which addresses are let in',
  'limits.perAddress': 'requests of one address',
  'limits.perSession': 'requests of one token or key',
  'limits.operation.tokens': 'tokens of a document',
  'limits.operation.depth': 'levels of fields',
  'limits.operation.aliases': 'aliases of an operation',
  'limits.operation.rootFields': 'fields of the first level',
  'limits.operation.directives': 'directives of an operation',
  'limits.operation.cost': 'what one operation may cost',
  'limits.operation.variables.depth': 'levels of the variables',
  'limits.operation.variables.keys': 'keys in the variables',
  'limits.fields': '@rateLimit of subgraphs',
  'limits.overload': 'sheds what cannot be done in time',
  'limits.cost.perSession': 'cost of one token or key',
};

export function LimitsView() {
  const asked = useAsk<{ rules: readonly Rule[] }>(query, {}, 5_000);
  return (
    <>
      <Head
        title="Limits"
        about="What may refuse a request, and what it did since this gateway started. A rule that logs only shows what it would have refused."
      />
      <Card flush>
        <Answer asked={asked} height={420}>
          {({ rules }) => (
            <Table
              label="Rules"
              rows={rules}
              columns={columns}
              keyOf={({ setting }) => setting}
              perPage={50}
              empty={<Empty title="No rule is set">Add some under limits in supergraph.yaml.</Empty>}
            />
          )}
        </Answer>
      </Card>
      <p class="muted small">
        Rules change in supergraph.yaml and are in force within seconds. Try a new one with{' '}
        <code>mode: log</code>, then <code>sluice limits suggest</code> proposes its bound from what was
        asked.
      </p>
    </>
  );
}

const columns: readonly Column<Rule>[] = [
  {
    id: 'setting',
    label: 'Rule',
    worth: ({ setting }) => setting,
    cell: ({ setting }) => (
      <>
        <span class="mono">{setting}</span>
        <div class="muted tiny">{purposes[setting] ?? ''}</div>
      </>
    ),
  },
  {
    id: 'mode',
    label: 'Mode',
    worth: ({ mode }) => mode,
    cell: ({ mode }) => <Status tone={tones[mode]}>{words[mode]}</Status>,
  },
  { id: 'bounds', label: 'Allows', cell: ({ bounds }) => <span class="muted">{boundsOf(bounds)}</span> },
  {
    id: 'refused',
    label: 'Refused',
    isNumber: true,
    worth: ({ refused }) => refused,
    cell: ({ refused }) => <span class={refused > 0 ? 'bad' : 'muted'}>{count(refused)}</span>,
  },
  {
    id: 'wouldRefuse',
    label: 'Would refuse',
    isNumber: true,
    worth: ({ wouldRefuse }) => wouldRefuse,
    cell: ({ wouldRefuse }) => <span class={wouldRefuse > 0 ? 'warn' : 'muted'}>{count(wouldRefuse)}</span>,
  },
  {
    id: 'lastAt',
    label: 'Last',
    isNumber: true,
    worth: ({ lastAt }) => (lastAt === null ? null : Date.parse(lastAt)),
    cell: ({ lastAt, lastRequestId }) =>
      lastAt === null || lastRequestId === null ? (
        <span class="muted">never</span>
      ) : (
        <a href={to(['requests', lastRequestId])}>{shortAt(lastAt)}</a>
      ),
  },
];

/** `{ rate: { count, periodMs }, burst }` as people say it. */
function boundsOf(bounds: Record<string, unknown>): string {
  const said = Object.entries(bounds).flatMap(([name, value]) => {
    if (name === 'max') return [`at most ${count(Number(value))}`];
    if (
      name === 'rate' &&
      typeof value === 'object' &&
      value !== null &&
      'count' in value &&
      'periodMs' in value
    )
      return [`${count(Number(value.count))} in ${Number(value.periodMs) / 1000} s`];
    if (name === 'burst') return [`${count(Number(value))} at once`];
    if (name === 'loopDelay') return [`a delay of ${Number(value)} ms`];
    if (Array.isArray(value)) return value.length === 0 ? [] : [`${name}: ${value.length}`];
    if (typeof value === 'object') return [];
    return [`${name} ${String(value).slice(0, 80)}`];
  });
  return said.join(', ') || '–';
}
