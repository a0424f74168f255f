import { useState } from 'preact/hooks';
import { ask } from '../data/ask.ts';
import { at, clipped } from '../data/format.ts';
import { Dialog } from '../design/dialog.tsx';
import { Allowed, Empty } from '../design/parts.tsx';
import { type Column, Table } from '../design/table.tsx';

export interface Lease {
  readonly url: string;
  readonly weight: number;
  readonly zone: string | null;
  readonly author: string;
  readonly expiresAt: string;
}

export function Leases({
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

export function AddInstance({
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
