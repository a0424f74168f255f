import type { Decision, ToldDecision } from '../model/decision.ts';
import type { Outcome } from '../model/outcome.ts';
import { printable } from '../observability/observability.ts';
import type { ExplainedDecision, Explanation, WhyKept } from './explanation.ts';
import { secretsOf } from './secretsOf.ts';
import { tellCall } from './tellCall.ts';
import { withoutSecrets } from './withoutSecrets.ts';

const maxTextLength = 1000;
/** Calls told of one request; a batch may make very many. */
const maxCalls = 100;

/** Puts a request into words: what the parts noted for it, and what its outcome says anyway. */
export function explanationOf(
  outcome: Outcome,
  { why, wallMs }: { readonly why: WhyKept; readonly wallMs: number },
): Explanation {
  const { arrival, asked, session, supergraph, response, totalMs, codes } = outcome;
  const secrets = secretsOf(outcome);
  const sinceMs = (ms: number): number => Math.max(0, round(ms - arrival.arrivedAtMs));
  const noted = outcome.decisions.map((decision): ExplainedDecision => {
    const { part, atMs } = decision;
    const { text, facts } = withoutSecrets(toldBy(decision), { part, secrets });
    return { ms: sinceMs(atMs), part, text: printable(text, maxTextLength), facts };
  });
  const calls = asked.flatMap((each) => each.calls).slice(0, maxCalls);
  const decisions = [
    { ms: 0, part: 'address', ...filled(tellAddress(outcome)) },
    ...noted,
    ...calls.map((call) => ({ ms: sinceMs(call.startedAtMs), part: 'upstream', ...filled(tellCall(call)) })),
  ].sort((one, other) => one.ms - other.ms);
  const last = [
    ...tellRules(outcome).map((told) => ({ part: 'limits', told })),
    ...tellCosts(outcome).map((told) => ({ part: 'cost', told })),
    { part: 'response', told: tellResponse(outcome) },
  ];
  const names = outcome.operations.map(({ name }) => (name === null ? '(no name)' : printable(name, 128)));
  return {
    requestId: arrival.requestId,
    atMs: Math.round(wallMs - totalMs),
    ms: round(totalMs),
    why,
    status: response.status,
    operations: names.slice(0, 20),
    client: shown(arrival.client.name),
    version: shown(arrival.client.version),
    consumer: shown(session?.consumer ?? null),
    codes: codes.map((code) => printable(code, 64)),
    supergraph: supergraph && String(supergraph.version ?? supergraph.hash.slice(0, 12)),
    decisions: [
      ...decisions,
      ...last.map(({ part, told }) => ({ ms: round(totalMs), part, ...filled(told) })),
    ],
  };
}

/** Plugins may tell what they like: one that fails says so, and spoils nothing. */
function toldBy(decision: Decision): ToldDecision {
  try {
    const { text, facts = {} } = decision.tell();
    return { text: String(text), facts: JSON.parse(JSON.stringify(facts)) as Record<string, unknown> };
  } catch {
    return { text: 'what was decided cannot be told' };
  }
}

function tellAddress({ arrival: { address, proxy } }: Outcome): ToldDecision {
  const how = proxy === null ? 'that of the connection' : `told by the trusted proxy ${proxy}`;
  const text = address === '' ? `the client's address cannot be read (${how})` : `${address}, ${how}`;
  return { text, facts: { address, proxy } };
}

function tellRules({ wouldRefuse }: Outcome): readonly ToldDecision[] {
  return wouldRefuse.map((setting) => ({
    text: `${setting} would have refused it, and only logs`,
    facts: { setting, mode: 'log' },
  }));
}

function tellCosts({ asked }: Outcome): readonly ToldDecision[] {
  return asked.flatMap(({ cost: { estimated, measured } }) => {
    if (estimated === null && measured === null) return [];
    const text = `${estimated ?? 'unknown'} estimated, ${measured ?? 'unknown'} by the answer`;
    return [{ text, facts: { estimated, measured } }];
  });
}

function tellResponse({ response, codes, stepMs }: Outcome): ToldDecision {
  const { status, bytes, finished } = response;
  const told = codes.length > 0 ? `, ${codes.map((code) => printable(code, 64)).join(' ')}` : '';
  const text = finished ? `${status}, ${bytes} bytes${told}` : `the client went away (${status})${told}`;
  const { admit, identify, prepare, answer } = stepMs;
  return { text, facts: { status, bytes, finished, stepMs: { admit, identify, prepare, answer } } };
}

function filled({ text, facts = {} }: ToldDecision): Required<ToldDecision> {
  return { text, facts };
}

function shown(name: string | null): string | null {
  return name === null ? null : printable(name, 128);
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
