import { duration } from '../data/format.ts';
import type { Named } from '../data/totals.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Empty } from '../design/parts.tsx';

type PlanNode =
  | { readonly kind: 'Sequence' | 'Parallel'; readonly nodes: readonly PlanNode[] }
  | { readonly kind: 'Flatten'; readonly path: readonly (string | number)[]; readonly node: PlanNode }
  | { readonly kind: 'Fetch'; readonly serviceName: string; readonly operation: string }
  | { readonly kind: 'Defer'; readonly primary?: { readonly node?: PlanNode } }
  | { readonly kind: 'Condition'; readonly ifClause?: PlanNode; readonly elseClause?: PlanNode };

interface Planned {
  readonly plan: { readonly plan: { readonly node?: PlanNode } } | null;
}

const query =
  'query ($text: String!, $name: String) { plan(operation: $text, operationName: $name) { plan } }';

/** How an operation is answered, as a picture; with what was measured of its calls to each subgraph. */
export function PlanCard({
  text,
  name,
  calls,
}: {
  readonly text: string;
  readonly name: string | null;
  readonly calls: readonly Named[];
}) {
  const asked = useAsk<Planned>(query, { text, name });
  return (
    <Card
      title="Query plan"
      aside={<span class="muted small">times are those of its calls in this time</span>}
    >
      <Answer asked={asked} height={160}>
        {({ plan }) =>
          plan?.plan.node ? (
            <PlanPicture node={plan.plan.node} calls={calls} />
          ) : (
            <Empty title="No subgraph has to be asked" />
          )
        }
      </Answer>
    </Card>
  );
}

export function PlanPicture({ node, calls }: { readonly node: PlanNode; readonly calls: readonly Named[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <div class="plan" tabIndex={0} role="region" aria-label="Query plan">
      <Step node={node} path={[]} calls={calls} />
    </div>
  );
}

interface StepProps {
  readonly node: PlanNode;
  /** Where in the result it is put. */
  readonly path: readonly (string | number)[];
  readonly calls: readonly Named[];
}

function Step({ node, path, calls }: StepProps) {
  switch (node.kind) {
    case 'Sequence':
      return (
        <ol class="seq">
          {node.nodes.map((each, at) => (
            <li key={at}>
              <Step node={each} path={path} calls={calls} />
            </li>
          ))}
        </ol>
      );
    case 'Parallel':
      return (
        <ul class="par">
          {node.nodes.map((each, at) => (
            <li key={at}>
              <Step node={each} path={path} calls={calls} />
            </li>
          ))}
        </ul>
      );
    case 'Flatten':
      return <Step node={node.node} path={node.path} calls={calls} />;
    case 'Defer':
      return node.primary?.node ? <Step node={node.primary.node} path={path} calls={calls} /> : null;
    case 'Condition': {
      const inner = node.ifClause ?? node.elseClause;
      return inner ? <Step node={inner} path={path} calls={calls} /> : null;
    }
    default:
      return <Fetch subgraph={node.serviceName} text={node.operation} path={path} calls={calls} />;
  }
}

function Fetch({
  subgraph,
  text,
  path,
  calls,
}: Omit<StepProps, 'node'> & { readonly subgraph: string; readonly text: string }) {
  const measured = calls.find(({ name }) => name === subgraph)?.now;
  return (
    <section class="fetch" aria-label={`Fetch from ${subgraph}`}>
      <header>
        <span class="cut">{subgraph}</span>
        <span class="number" title="p50 and p95 of this operation's calls to the subgraph">
          {measured ? `${duration(measured.p50Ms)} · ${duration(measured.p95Ms)}` : ''}
        </span>
      </header>
      <div class="muted tiny cut">
        {path.length === 0 ? 'root' : path.map((part) => (part === '@' ? '[ ]' : part)).join('.')}
        {measured && ' · p50 · p95'}
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
