import { count, duration } from '../data/format.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Empty } from '../design/parts.tsx';

type PlanNode =
  | { readonly kind: 'Sequence' | 'Parallel'; readonly nodes: readonly PlanNode[] }
  | { readonly kind: 'Flatten'; readonly path: readonly (string | number)[]; readonly node: PlanNode }
  | { readonly kind: 'Fetch'; readonly serviceName: string; readonly operation: string }
  | { readonly kind: 'Defer'; readonly primary?: { readonly node?: PlanNode } }
  | { readonly kind: 'Condition'; readonly ifClause?: PlanNode; readonly elseClause?: PlanNode };

interface Planned {
  readonly usage: {
    readonly operation: {
      readonly plan: {
        readonly fault: string | null;
        readonly plan: { readonly node?: PlanNode } | null;
      } | null;
      readonly fetches: readonly Measured[] | null;
    } | null;
  } | null;
}

interface Measured {
  readonly operation: string;
  readonly now: { readonly calls: number; readonly p50Ms: number | null; readonly p95Ms: number | null };
}

/** What was measured, by what a fetch asks. */
type Times = ReadonlyMap<string, Measured['now']>;

const query = `query ($id: String!, $seconds: Int!) {
  usage(lastSeconds: $seconds) { operation(id: $id) {
    plan { fault plan } fetches { operation now { calls p50Ms p95Ms } }
  } }
}`;

/** How an operation is answered, as a picture; with what was measured of each of its fetches. */
export function PlanCard({ id, seconds }: { readonly id: string; readonly seconds: number }) {
  const asked = useAsk<Planned>(query, { id, seconds });
  return (
    <Card
      title="Query plan"
      aside={<span class="muted small">p50 · p95 of each fetch, by a sample of this time</span>}
    >
      <Answer asked={asked} height={160}>
        {({ usage }) => {
          const { plan, fetches } = usage?.operation ?? {};
          if (plan?.fault) return <Empty title="It cannot be planned any more">{plan.fault}</Empty>;
          if (!plan?.plan?.node) return <Empty title="No subgraph has to be asked" />;
          return <PlanPicture node={plan.plan.node} times={timesOf(fetches ?? [])} />;
        }}
      </Answer>
    </Card>
  );
}

function timesOf(fetches: readonly Measured[]): Times {
  return new Map(fetches.map(({ operation, now }) => [operation, now]));
}

export function PlanPicture({ node, times }: { readonly node: PlanNode; readonly times?: Times }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <div class="plan" tabIndex={0} role="region" aria-label="Query plan">
      <Step node={node} path={[]} times={times} />
    </div>
  );
}

interface StepProps {
  readonly node: PlanNode;
  /** Where in the result it is put. */
  readonly path: readonly (string | number)[];
  /** Absent where it is not about what was asked. */
  readonly times: Times | undefined;
}

function Step({ node, path, times }: StepProps) {
  switch (node.kind) {
    case 'Sequence':
      return (
        <ol class="seq">
          {node.nodes.map((each, at) => (
            <li key={at}>
              <Step node={each} path={path} times={times} />
            </li>
          ))}
        </ol>
      );
    case 'Parallel':
      return (
        <ul class="par">
          {node.nodes.map((each, at) => (
            <li key={at}>
              <Step node={each} path={path} times={times} />
            </li>
          ))}
        </ul>
      );
    case 'Flatten':
      return <Step node={node.node} path={node.path} times={times} />;
    case 'Defer':
      return node.primary?.node ? <Step node={node.primary.node} path={path} times={times} /> : null;
    case 'Condition': {
      const inner = node.ifClause ?? node.elseClause;
      return inner ? <Step node={inner} path={path} times={times} /> : null;
    }
    default:
      return <Fetch subgraph={node.serviceName} text={node.operation} path={path} times={times} />;
  }
}

function Fetch({
  subgraph,
  text,
  path,
  times,
}: Omit<StepProps, 'node'> & { readonly subgraph: string; readonly text: string }) {
  const measured = times?.get(text);
  const took = measured ? `${duration(measured.p50Ms)} · ${duration(measured.p95Ms)}` : 'not measured';
  return (
    <section class="fetch" aria-label={`Fetch from ${subgraph}`}>
      <header>
        <span class="cut">{subgraph}</span>
        {times && (
          <span
            class={measured ? 'number' : 'muted'}
            title={
              measured ? `p50 and p95 of ${count(measured.calls)} fetches that were measured` : undefined
            }
          >
            {took}
          </span>
        )}
      </header>
      <div class="muted tiny cut">
        {path.length === 0 ? 'root' : path.map((part) => (part === '@' ? '[ ]' : part)).join('.')}
        {measured && ` · ${count(measured.calls)} measured`}
      </div>
      <pre>{selectionOf(text)}</pre>
    </section>
  );
}

const maxLines = 12;

/** Laid out a field a line; what every call begins with says nothing. */
function selectionOf(text: string): string {
  const inner = text
    .slice(0, 8000)
    .replace(/^[^{]*\{/, '{')
    .replace(/^\{_entities\([^)]*\)\{(.*)\}\}$/s, '$1')
    .replace(/__typename ?/g, '');
  const lines: string[] = [];
  let depth = -1;
  for (const token of inner.match(/[{}]|\.\.\. ?on \w+|\.\.\. ?\w+|\w+( ?: ?\w+)?(\([^)]*\))?/g) ?? []) {
    if (token === '{') depth += 1;
    else if (token === '}') depth -= 1;
    else lines.push(`${'  '.repeat(Math.max(0, depth))}${token}`);
  }
  const left = lines.length - maxLines;
  return [...lines.slice(0, maxLines), ...(left > 0 ? [`… ${left} more`] : [])].join('\n');
}
