import { at, clipped, duration } from '../data/format.ts';
import { to } from '../data/route.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Chip, Code, Empty, Head } from '../design/parts.tsx';

interface Decision {
  readonly ms: number;
  readonly part: string;
  readonly text: string;
  readonly facts: Record<string, unknown>;
}

interface Explanation {
  readonly requestId: string;
  readonly at: string;
  readonly ms: number;
  readonly why: string;
  readonly status: number;
  readonly operations: readonly string[];
  readonly client: string | null;
  readonly version: string | null;
  readonly consumer: string | null;
  readonly codes: readonly string[];
  readonly supergraph: string | null;
  readonly decisions: readonly Decision[];
}

const query = `query ($id: String!) { explain(id: $id) {
  requestId at ms why status operations client version consumer codes supergraph decisions { ms part text facts }
} }`;

const whys: Readonly<Record<string, string>> = {
  ERROR: 'it ended with errors',
  SLOW: 'it was slow',
  GONE: 'its client left',
  SAMPLE: 'it is of the sample',
};

/** One request: what every part decided for it, in the order of time. */
export function ExplanationView({ id }: { readonly id: string }) {
  const asked = useAsk<{ explain: readonly Explanation[] | null }>(query, { id });
  return (
    <>
      <Head
        title={asked.data?.explain?.[0]?.operations.join(', ') || 'A request'}
        crumb={<a href={to(['requests'])}>Requests</a>}
        about={<span class="mono">{clipped(id)}</span>}
      />
      <Answer asked={asked} height={420}>
        {({ explain }) =>
          explain && explain.length > 0 ? (
            <div class="stack">
              {explain.map((each) => (
                <Explained key={each.at} explanation={each} />
              ))}
            </div>
          ) : (
            <Empty title="This request was not kept">
              Those with errors, slow ones, those whose client left and a sample are, for a while
              (explain.sample, explain.slow). Its line in the log has the id {clipped(id, 60)}.
            </Empty>
          )
        }
      </Answer>
    </>
  );
}

/** Where in the time of the request it was, and how long it took where that is known. */
function placeOf({ ms, facts }: Decision, allMs: number): { left: string; width: string } {
  const part = (of: number): string => `${allMs > 0 ? Math.min(99, (of / allMs) * 100) : 0}%`;
  const took = facts?.ms;
  return { left: part(ms), width: typeof took === 'number' ? part(took) : '4px' };
}

function Explained({ explanation }: { readonly explanation: Explanation }) {
  const { client, version, consumer, codes, decisions, ms } = explanation;
  return (
    <>
      <Card>
        <dl class="pairs">
          <dt>When</dt>
          <dd>{at(explanation.at)}</dd>
          <dt>Took</dt>
          <dd>{duration(ms)}</dd>
          <dt>Answered</dt>
          <dd class="row tight">
            {explanation.status}
            {codes.map((code) => (
              <Chip key={code} tone="bad">
                {code}
              </Chip>
            ))}
          </dd>
          <dt>Client</dt>
          <dd>
            {client === null ? (
              <span class="muted">unnamed</span>
            ) : (
              <a href={to(['clients', client])}>{clipped(client)}</a>
            )}{' '}
            {version}
            {consumer !== null && (
              <>
                {' for '}
                <a href={to(['clients', 'consumers', consumer])}>{clipped(consumer)}</a>
              </>
            )}
          </dd>
          <dt>Supergraph</dt>
          <dd>{explanation.supergraph === null ? '–' : `version ${explanation.supergraph.slice(0, 12)}`}</dd>
          <dt>Kept because</dt>
          <dd>{whys[explanation.why] ?? explanation.why}</dd>
        </dl>
      </Card>
      <Card title="What was decided" flush>
        <ol class="timeline">
          {decisions.map((decision, index) => (
            <li key={index}>
              <span class="number muted">{duration(decision.ms)}</span>
              <Chip>{decision.part}</Chip>
              <details>
                <summary>{clipped(decision.text, 2000)}</summary>
                <Code label="What it rests on" text={JSON.stringify(decision.facts, null, 2)} />
              </details>
              <div class="track" aria-hidden="true">
                <span style={placeOf(decision, ms)} />
              </div>
            </li>
          ))}
        </ol>
      </Card>
    </>
  );
}
