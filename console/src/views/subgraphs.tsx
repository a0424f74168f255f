import { hasRole } from '../data/caller.ts';
import { clipped, count, duration, percent, rate } from '../data/format.ts';
import { route, to } from '../data/route.ts';
import { span } from '../data/span.ts';
import { type Named, namedFields } from '../data/totals.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Empty, Head, Status } from '../design/parts.tsx';
import { SpanPicker } from '../design/spanPicker.tsx';
import { type Column, Table } from '../design/table.tsx';
import { SubgraphView } from './subgraph.tsx';
import { breakerTones, breakerWords, type Instance, type Upstream, upstreamFields } from './upstreamState.ts';

const query = `query ($seconds: Int!) {
  supergraph { subgraphs { name version url author protocol } }
  upstream { ${upstreamFields} }
  usage(lastSeconds: $seconds) { subgraphs(first: 1000) { ${namedFields} } }
}`;

interface Answered {
  readonly supergraph: { readonly subgraphs: readonly Published[] } | null;
  readonly upstream: readonly Upstream[];
  readonly usage: { readonly subgraphs: readonly Named[] } | null;
}

interface Published {
  readonly name: string;
  readonly version: number;
  readonly url: string;
  readonly author: string;
  /** graphql, grpc or rest */
  readonly protocol: string;
}

interface Row extends Published {
  readonly upstream: Upstream | undefined;
  readonly used: Named | undefined;
}

export function SubgraphsView() {
  const [name] = route.value.parts;
  return name === undefined ? <All /> : <SubgraphView key={name} name={name} />;
}

function All() {
  const { seconds } = span.value;
  const asked = useAsk<Answered>(query, { seconds }, 5_000);
  return (
    <>
      <Head title="Subgraphs" about="Who answers which part, and how the way to them stands now.">
        {hasRole('publisher') && (
          <a class="button" href={to(['schema', 'publish'])}>
            Register a subgraph
          </a>
        )}
        <SpanPicker />
      </Head>
      <Card flush>
        <Answer asked={asked} height={260}>
          {({ supergraph, upstream, usage }) => (
            <Table
              label="Subgraphs"
              rows={(supergraph?.subgraphs ?? []).map((each) => ({
                ...each,
                upstream: upstream.find(({ subgraph }) => subgraph === each.name),
                used: usage?.subgraphs.find((used) => used.name === each.name),
              }))}
              columns={columns}
              keyOf={({ name }) => name}
              perPage={50}
              empty={
                <Empty title="No subgraph is served yet">
                  Register a first one, or run sluice publish NAME --url URL.
                </Empty>
              }
            />
          )}
        </Answer>
      </Card>
    </>
  );
}

const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    label: 'Subgraph',
    isWide: true,
    worth: ({ name }) => name,
    cell: ({ name, url, protocol }) => (
      <>
        <a class="name" href={to(['subgraphs', name])}>
          {name}
        </a>
        <div class="muted tiny cut">
          {clipped(url)}
          {protocol !== 'graphql' && ` · ${protocol}`}
        </div>
      </>
    ),
  },
  {
    id: 'breaker',
    label: 'Breaker',
    worth: ({ upstream }) => upstream?.breaker ?? '',
    cell: ({ upstream }) => {
      const state = upstream?.breaker ?? 'CLOSED';
      return <Status tone={breakerTones[state]}>{breakerWords[state]}</Status>;
    },
  },
  {
    id: 'instances',
    label: 'Instances',
    cell: ({ upstream }) => <InstanceCount instances={upstream?.instances ?? []} />,
  },
  {
    id: 'inFlight',
    label: 'In flight',
    isNumber: true,
    worth: ({ upstream }) => upstream?.inFlight ?? 0,
    cell: ({ upstream }) => count(upstream?.inFlight ?? 0),
  },
  {
    id: 'calls',
    label: 'Calls',
    isNumber: true,
    worth: ({ used }) => used?.now.calls ?? 0,
    cell: ({ used }) => count(used?.now.calls ?? 0),
  },
  {
    id: 'rate',
    label: 'A second',
    isNumber: true,
    cell: ({ used }) => rate((used?.now.calls ?? 0) / span.value.seconds),
  },
  {
    id: 'errors',
    label: 'Errors',
    isNumber: true,
    worth: ({ used }) => used?.now.errors ?? 0,
    cell: ({ used }) => (
      <span class={(used?.now.errors ?? 0) > 0 ? 'bad' : 'muted'}>
        {percent(used?.now.errors ?? 0, used?.now.calls ?? 0)}
      </span>
    ),
  },
  {
    id: 'p95',
    label: 'p95',
    isNumber: true,
    worth: ({ used }) => used?.now.p95Ms ?? null,
    cell: ({ used }) => duration(used?.now.p95Ms ?? null),
  },
  {
    id: 'version',
    label: 'Version',
    isNumber: true,
    worth: ({ version }) => version,
    cell: ({ version }) => version,
  },
];

function InstanceCount({ instances }: { readonly instances: readonly Instance[] }) {
  const healthy = instances.filter(({ health }) => health === 'HEALTHY').length;
  if (instances.length === 0) return <span class="muted">not called yet</span>;
  return (
    <Status
      tone={healthy === instances.length ? 'good' : healthy === 0 ? 'bad' : 'warn'}
    >{`${healthy} of ${instances.length} healthy`}</Status>
  );
}
