import { useState } from 'preact/hooks';
import { ask } from '../data/ask.ts';
import { may } from '../data/caller.ts';
import { at, clipped, count, duration, quantiles, shortAt } from '../data/format.ts';
import { go, to } from '../data/route.ts';
import { span } from '../data/span.ts';
import { type Series, seriesFields, type Totals, totalsFields } from '../data/totals.ts';
import { useAsk } from '../data/useAsk.ts';
import { Dialog } from '../design/dialog.tsx';
import { Allowed, Answer, Card, Empty, Head, Status, Tile, type Tone } from '../design/parts.tsx';
import { SpanPicker } from '../design/spanPicker.tsx';
import { type Column, Table } from '../design/table.tsx';
import { Impact } from './impact.tsx';
import { SeriesCharts } from './overview.tsx';
import { breakerTones, breakerWords, type Instance, type Upstream, upstreamFields } from './upstreamState.ts';

interface Lease {
  readonly url: string;
  readonly weight: number;
  readonly zone: string | null;
  readonly author: string;
  readonly expiresAt: string;
}

interface Answered {
  readonly upstream: readonly Upstream[];
  readonly events: readonly {
    readonly at: string;
    readonly kind: string;
    readonly subgraph: string | null;
    readonly text: string;
  }[];
  readonly instances?: readonly Lease[];
  readonly usage: { readonly subgraph: { readonly now: Totals; readonly series: Series } | null } | null;
}

const query = `query ($name: String!, $seconds: Int!, $registry: Boolean!) {
  upstream { ${upstreamFields} }
  events { at kind subgraph text }
  instances(subgraph: $name) @include(if: $registry) { url weight zone author expiresAt }
  usage(lastSeconds: $seconds) { subgraph(name: $name) { now { ${totalsFields} } series { ${seriesFields} } } }
}`;

export function SubgraphView({ name }: { readonly name: string }) {
  const { seconds } = span.value;
  const registry =
    useAsk<{ status: { registry: boolean } }>('{ status { registry } }').data?.status.registry ?? false;
  const asked = useAsk<Answered>(query, { name, seconds, registry }, 5_000);
  const [asking, setAsking] = useState<'instance' | 'unpublish' | null>(null);
  return (
    <>
      <Head title={name} crumb={<a href={to(['subgraphs'])}>Subgraphs</a>}>
        {may('publisher', name) && registry && (
          <>
            <a class="button" href={to(['schema', 'publish', name])}>
              Publish
            </a>
            <button type="button" class="button danger" onClick={() => setAsking('unpublish')}>
              Take out
            </button>
          </>
        )}
        <SpanPicker />
      </Head>
      <Answer asked={asked} height={480}>
        {(answered) => (
          <Subgraph
            name={name}
            answered={answered}
            seconds={seconds}
            add={() => setAsking('instance')}
            refresh={asked.refresh}
          />
        )}
      </Answer>
      <Impact name={name} />
      {asking === 'instance' && (
        <AddInstance name={name} close={() => setAsking(null)} refresh={asked.refresh} />
      )}
      {asking === 'unpublish' && (
        <Dialog
          title={`Take ${clipped(name, 60)} out of the supergraph?`}
          action="Take it out"
          isDangerous
          close={() => setAsking(null)}
          act={async () => {
            await ask('mutation ($name: String!) { unpublish(name: $name) { version } }', { name });
            go(to(['subgraphs']));
          }}
        >
          <p class="small">Its fields are gone at once, whatever clients lose by it. Below is who would.</p>
        </Dialog>
      )}
    </>
  );
}

interface SubgraphProps {
  readonly name: string;
  readonly answered: Answered;
  readonly seconds: number;
  readonly add: () => void;
  readonly refresh: () => Promise<void>;
}

function Subgraph({ name, answered, seconds, add, refresh }: SubgraphProps) {
  const { upstream, events, instances = [], usage } = answered;
  const state = upstream.find(({ subgraph }) => subgraph === name);
  const own = events.filter(({ subgraph }) => subgraph === name);
  return (
    <>
      <StateTiles state={state} totals={usage?.subgraph?.now ?? null} />
      {usage?.subgraph && <SeriesCharts series={usage.subgraph.series} length={seconds} />}
      <div class="grid three-two">
        <div class="stack">
          <Card title="Instances" flush>
            <Table
              label="Instances"
              rows={state?.instances ?? []}
              columns={instanceColumns}
              keyOf={(instance) => instance.name}
              empty={<Empty title="None was called yet">They are known here from their first call on.</Empty>}
            />
          </Card>
          <Card
            title="Registered instances"
            aside={
              <Allowed needs="publisher" subgraph={name}>
                <button type="button" class="button" onClick={add}>
                  Register an instance
                </button>
              </Allowed>
            }
            flush
          >
            <Leases name={name} leases={instances} refresh={refresh} />
          </Card>
        </div>
        <Card title="Its breaker" flush>
          {own.length === 0 ? (
            <Empty title="It has been closed since this gateway started" />
          ) : (
            <ul class="events">
              {own.slice(0, 30).map((event, index) => (
                <li key={`${event.at} ${index}`}>
                  <time dateTime={event.at} title={at(event.at)}>
                    {shortAt(event.at)}
                  </time>
                  <span class="grow">{event.text}</span>
                </li>
              ))}
            </ul>
          )}
        </Card>
      </div>
    </>
  );
}

function StateTiles({
  state,
  totals,
}: {
  readonly state: Upstream | undefined;
  readonly totals: Totals | null;
}) {
  const breaker = state?.breaker ?? 'CLOSED';
  return (
    <dl class="tiles">
      <Tile
        label="Breaker"
        value={breakerWords[breaker]}
        note={<Status tone={breakerTones[breaker]}>{`opened ${count(state?.openings ?? 0)} times`}</Status>}
      />
      <Tile
        label="In flight"
        value={count(state?.inFlight ?? 0)}
        note={`${count(state?.queued ?? 0)} wait for their turn`}
      />
      <Tile
        label="p95"
        value={duration(totals?.p95Ms ?? null)}
        note={quantiles(totals ?? { p50Ms: null, p99Ms: null })}
      />
      <Tile
        label="Calls"
        value={count(totals?.calls ?? 0)}
        note={`${count(totals?.errors ?? 0)} with errors`}
      />
      <Tile
        label="Not called"
        value={count((state?.refusedOpen ?? 0) + (state?.refusedOverloaded ?? 0))}
        note={`${count(state?.refusedOpen ?? 0)} breaker · ${count(state?.refusedOverloaded ?? 0)} too many`}
      />
      <Tile label="Tried again" value={count(state?.retries ?? 0)} note="since the start" />
    </dl>
  );
}

const healthTones: Readonly<Record<Instance['health'], Tone>> = {
  HEALTHY: 'good',
  EJECTED: 'bad',
  UNHEALTHY: 'bad',
};

const instanceColumns: readonly Column<Instance>[] = [
  {
    id: 'name',
    label: 'Instance',
    worth: ({ name }) => name,
    cell: ({ name }) => <span class="mono">{clipped(name, 80)}</span>,
  },
  {
    id: 'health',
    label: 'Health',
    cell: ({ health }) => <Status tone={healthTones[health]}>{health.toLowerCase()}</Status>,
  },
  { id: 'zone', label: 'Zone', cell: ({ zone }) => zone ?? '–' },
  { id: 'weight', label: 'Weight', isNumber: true, cell: ({ weight }) => weight },
  {
    id: 'inFlight',
    label: 'In flight',
    isNumber: true,
    worth: ({ inFlight }) => inFlight,
    cell: ({ inFlight }) => count(inFlight),
  },
  {
    id: 'latency',
    label: 'Latency',
    isNumber: true,
    worth: ({ latencyMs }) => latencyMs,
    cell: ({ latencyMs }) => duration(latencyMs),
  },
  {
    id: 'failures',
    label: 'Failures',
    isNumber: true,
    worth: ({ failures }) => failures,
    cell: ({ failures, tries }) => `${count(failures)} of ${count(tries)}`,
  },
];

function Leases({
  name,
  leases,
  refresh,
}: {
  readonly name: string;
  readonly leases: readonly Lease[];
  readonly refresh: () => Promise<void>;
}) {
  const [drained, setDrained] = useState<string | null>(null);
  const columns: readonly Column<Lease>[] = [
    {
      id: 'url',
      label: 'URL',
      isWide: true,
      cell: ({ url }) => <span class="name mono">{clipped(url)}</span>,
    },
    { id: 'zone', label: 'Zone', cell: ({ zone }) => zone ?? '–' },
    { id: 'weight', label: 'Weight', isNumber: true, cell: ({ weight }) => weight },
    { id: 'expires', label: 'Lease ends', isNumber: true, cell: ({ expiresAt }) => at(expiresAt) },
    {
      id: 'drain',
      label: '',
      isNumber: true,
      cell: ({ url }) => (
        <Allowed needs="publisher" subgraph={name}>
          <button type="button" class="button" onClick={() => setDrained(url)}>
            Drain
          </button>
        </Allowed>
      ),
    },
  ];
  return (
    <>
      <Table
        label="Registered instances"
        rows={leases}
        columns={columns}
        keyOf={({ url }) => url}
        empty={
          <Empty title="None registered itself">
            Those of supergraph.yaml and the subgraph's own URL are called without.
          </Empty>
        }
      />
      {drained !== null && (
        <Dialog
          title="Drain this instance?"
          action="Drain"
          close={() => setDrained(null)}
          act={async () => {
            const removal =
              'mutation ($subgraph: String!, $url: String!) { removeInstance(subgraph: $subgraph, url: $url) { removed } }';
            await ask(removal, { subgraph: name, url: drained });
            await refresh();
          }}
        >
          <p class="small">
            <span class="mono">{clipped(drained)}</span> gets no new calls; those under way end. It comes back
            when it renews its lease.
          </p>
        </Dialog>
      )}
    </>
  );
}

function AddInstance({
  name,
  close,
  refresh,
}: {
  readonly name: string;
  readonly close: () => void;
  readonly refresh: () => Promise<void>;
}) {
  const [asked, setAsked] = useState({ url: '', weight: 1, zone: '', ttlSeconds: 3600 });
  return (
    <Dialog
      title={`Register an instance of ${clipped(name, 60)}`}
      action="Register"
      close={close}
      act={async () => {
        const registering = `mutation ($subgraph: String!, $url: String!, $weight: Float!, $zone: String, $ttlSeconds: Float!) {
          registerInstance(subgraph: $subgraph, url: $url, weight: $weight, zone: $zone, ttlSeconds: $ttlSeconds) { url }
        }`;
        await ask(registering, { subgraph: name, ...asked, zone: asked.zone === '' ? null : asked.zone });
        await refresh();
      }}
    >
      <label class="field">
        URL
        <input
          type="url"
          required
          placeholder="http://10.0.0.7:4001/graphql"
          value={asked.url}
          onInput={(event) => setAsked({ ...asked, url: event.currentTarget.value })}
        />
      </label>
      <div class="grid two">
        <label class="field">
          Weight
          <input
            type="number"
            min="0.01"
            step="any"
            value={asked.weight}
            onInput={(event) => setAsked({ ...asked, weight: event.currentTarget.valueAsNumber })}
          />
        </label>
        <label class="field">
          Zone
          <input
            value={asked.zone}
            onInput={(event) => setAsked({ ...asked, zone: event.currentTarget.value })}
          />
        </label>
      </div>
      <label class="field">
        Lease, in seconds
        <input
          type="number"
          min="5"
          value={asked.ttlSeconds}
          onInput={(event) => setAsked({ ...asked, ttlSeconds: event.currentTarget.valueAsNumber })}
        />
        <span>Nobody renews it from here: then it is called no more.</span>
      </label>
    </Dialog>
  );
}
