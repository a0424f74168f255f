import { useState } from 'preact/hooks';
import { ask } from '../data/ask.ts';
import { may, status } from '../data/caller.ts';
import { clipped, count, duration, quantiles } from '../data/format.ts';
import { go, to } from '../data/route.ts';
import { span } from '../data/span.ts';
import { type Series, seriesFields, type Totals, totalsFields } from '../data/totals.ts';
import { useAsk } from '../data/useAsk.ts';
import { Dialog } from '../design/dialog.tsx';
import { Allowed, Answer, Card, Empty, Head, Status, Tile } from '../design/parts.tsx';
import { SpanPicker } from '../design/spanPicker.tsx';
import { Table } from '../design/table.tsx';
import { BreakerCard } from './breakerCard.tsx';
import { eventFields, type GatewayEvent, useMarks } from './changes.tsx';
import { Impact } from './impact.tsx';
import { instanceColumns } from './instanceColumns.tsx';
import { AddInstance, type Lease, Leases } from './leases.tsx';
import { breakerTones, breakerWords, type Upstream, upstreamFields } from './upstreamState.ts';
import { SeriesCharts } from './usageCharts.tsx';
import { RetriesTile } from './usageTiles.tsx';

interface Answered {
  readonly upstream: readonly Upstream[];
  readonly events: readonly GatewayEvent[];
  readonly instances?: readonly Lease[];
  readonly usage: { readonly subgraph: { readonly now: Totals; readonly series: Series } | null } | null;
}

const query = `query ($name: String!, $seconds: Int!, $registry: Boolean!) {
  upstream { ${upstreamFields} }
  events { ${eventFields} }
  instances(subgraph: $name) @include(if: $registry) { url weight zone author expiresAt }
  usage(lastSeconds: $seconds) { subgraph(name: $name) { now { ${totalsFields} } series { ${seriesFields} } } }
}`;

export function SubgraphView({ name }: { readonly name: string }) {
  const { seconds } = span.value;
  const registry = status.value?.registry ?? false;
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
  const marks = useMarks();
  return (
    <>
      <StateTiles state={state} totals={usage?.subgraph?.now ?? null} />
      {usage?.subgraph && <SeriesCharts series={usage.subgraph.series} length={seconds} marks={marks} />}
      <div class="grid three-two">
        <div class="stack">
          <Card title="Instances" flush>
            <Table
              label="Instances"
              rows={state?.instances ?? []}
              columns={instanceColumns({ subgraph: name, instances: state?.instances ?? [], refresh })}
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
        <BreakerCard name={name} state={state} events={own} refresh={refresh} />
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
      <RetriesTile now={totals ?? { retries: 0, replaced: 0 }} />
    </dl>
  );
}
