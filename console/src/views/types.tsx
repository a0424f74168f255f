import { useEffect, useState } from 'preact/hooks';
import { ask } from '../data/ask.ts';
import { clipped, count } from '../data/format.ts';
import { keep, route, to } from '../data/route.ts';
import { span } from '../data/span.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Chip, Empty, Status } from '../design/parts.tsx';
import { SpanPicker } from '../design/spanPicker.tsx';

interface Member {
  readonly name: string;
  readonly signature: string;
  readonly description: string | null;
  readonly deprecated: string | null;
  readonly owners: readonly string[];
}

interface DescribedType {
  readonly name: string;
  readonly kind: string;
  readonly description: string | null;
  readonly owners: readonly string[];
  readonly related: readonly string[];
  readonly members: readonly Member[];
}

const query = `{ types { name kind description owners related members { name signature description deprecated owners } } }`;

export function TypesTab({ chosen }: { readonly chosen: string | null }) {
  const asked = useAsk<{ types: readonly DescribedType[] }>(query);
  const sought = route.value.search.get('search') ?? '';
  return (
    <Answer asked={asked} height={420}>
      {({ types }) => {
        const wanted = sought.toLowerCase();
        const found = types.filter(
          ({ name, members }) =>
            name.toLowerCase().includes(wanted) ||
            members.some((each) => each.name.toLowerCase().includes(wanted)),
        );
        const shown =
          types.find(({ name }) => name === chosen) ?? found.find(({ name }) => name === 'Query') ?? found[0];
        return (
          <div class="master">
            <Card
              title={
                <input
                  type="search"
                  aria-label="Search types and fields"
                  placeholder="Search types and fields"
                  style={{ width: '100%' }}
                  value={sought}
                  onInput={(event) => keep({ search: event.currentTarget.value || null })}
                />
              }
              flush
            >
              <nav class="list" aria-label="Types">
                {found.slice(0, 500).map(({ name, kind }) => (
                  <a
                    key={name}
                    href={to(['schema', 'types', name], { search: sought || null })}
                    aria-current={name === shown?.name ? 'true' : undefined}
                  >
                    <span class="grow cut">{name}</span>
                    <span class="muted tiny">{kind}</span>
                  </a>
                ))}
              </nav>
            </Card>
            {shown ? (
              <TypeCard key={shown.name} type={shown} />
            ) : (
              <Empty title="No type fits">Search for something else.</Empty>
            )}
          </div>
        );
      }}
    </Answer>
  );
}

function TypeCard({ type }: { readonly type: DescribedType }) {
  const usage = useMembers(type);
  return (
    <Card
      title={
        <>
          {type.name} <span class="muted">{type.kind}</span>
        </>
      }
      aside={<SpanPicker />}
      flush
    >
      <div class="body stack" style={{ gap: '8px' }}>
        {type.description !== null && <p class="small">{clipped(type.description, 4000)}</p>}
        <div class="row tight">
          <span class="muted small">in</span>
          {type.owners.map((owner) => (
            <a key={owner} href={to(['subgraphs', owner])}>
              <Chip tone="accent">{owner}</Chip>
            </a>
          ))}
          {type.related.length > 0 && <span class="muted small">with {type.related.join(', ')}</span>}
        </div>
      </div>
      {type.members.length > 0 && (
        <table aria-label={`Fields of ${type.name}`}>
          <thead>
            <tr>
              <th>{type.kind === 'enum' ? 'Value' : 'Field'}</th>
              <th>Resolved by</th>
              <th>Used in the last {span.value.label}</th>
            </tr>
          </thead>
          <tbody>
            {type.members.map((member) => (
              <MemberRow key={member.name} member={member} used={usage.get(member.name)} />
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

interface Used {
  readonly verdict: 'USED' | 'SAFE' | 'UNSURE';
  readonly reason: string;
  readonly operations: readonly {
    readonly calls: number;
    readonly operation: { readonly id: string; readonly name: string | null };
    readonly clients: readonly { readonly name: string | null }[];
  }[];
}

function MemberRow({ member, used }: { readonly member: Member; readonly used: Used | undefined }) {
  return (
    <tr>
      <td style={{ overflowWrap: 'anywhere' }}>
        <span class="mono">
          <strong>{member.name}</strong>
          <span class="muted">{clipped(member.signature, 400)}</span>
        </span>
        {member.description !== null && <div class="muted tiny">{clipped(member.description, 600)}</div>}
        {member.deprecated !== null && (
          <Status tone="warn">deprecated: {clipped(member.deprecated, 200)}</Status>
        )}
      </td>
      <td>
        <span class="row tight">
          {member.owners.map((owner) => (
            <Chip key={owner}>{owner}</Chip>
          ))}
        </span>
      </td>
      <td>{used && <Usage used={used} />}</td>
    </tr>
  );
}

function Usage({ used: { verdict, reason, operations } }: { readonly used: Used }) {
  if (verdict !== 'USED')
    return (
      <span title={reason}>
        <Status tone="quiet">{verdict === 'SAFE' ? 'not used' : 'not known to be used'}</Status>
      </span>
    );
  const calls = operations.reduce((sum, each) => sum + each.calls, 0);
  const clients = new Set(operations.flatMap((each) => each.clients.map(({ name }) => name ?? 'unnamed')));
  const [busiest] = operations;
  return (
    <span>
      {count(calls)} requests{' '}
      <span class="muted">
        of {count(clients.size)} {clients.size === 1 ? 'client' : 'clients'}, most by{' '}
      </span>
      {busiest && (
        <a href={to(['operations', busiest.operation.id])}>
          {clipped(busiest.operation.name ?? busiest.operation.id.slice(0, 12), 40)}
        </a>
      )}
    </span>
  );
}

/** A name of GraphQL, so that it can stand in a question as it is. */
const plainName = /^[_A-Za-z][_0-9A-Za-z]{0,200}$/;
const maxMembers = 60;

/** Who uses each member, asked for together. */
function useMembers({ name, members }: DescribedType): ReadonlyMap<string, Used> {
  const [usage, setUsage] = useState<ReadonlyMap<string, Used>>(new Map());
  const { seconds } = span.value;
  useEffect(() => {
    const asked = members.filter((member) => plainName.test(member.name)).slice(0, maxMembers);
    if (asked.length === 0) return;
    const fields = asked.map(
      (member, at) =>
        `m${at}: field(coordinate: "${name}.${member.name}") { verdict reason operations { calls operation { id name } clients { name } } }`,
    );
    void ask<{ usage: Record<string, Used> | null }>(
      `query ($seconds: Int!) { usage(lastSeconds: $seconds) { ${fields.join(' ')} } }`,
      { seconds },
    ).then(
      (answer) => {
        const found = asked.flatMap((member, at) => {
          const used = answer.usage?.[`m${at}`];
          return used ? [[member.name, used] as const] : [];
        });
        setUsage(new Map(found));
      },
      () => undefined, // The types are there all the same.
    );
  }, [name, members, seconds]);
  return usage;
}
