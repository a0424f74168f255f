import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

/** What `sluice explain` asks the admin for. */
export const explanationFields = `
  requestId at ms why status operations client version consumer codes supergraph decisions { ms part text facts }`;
export const summaryFields = 'requestId at ms why status operations client codes';

export interface ShownSummary {
  readonly requestId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly ms: number;
  readonly why: keyof typeof whyTexts;
  readonly status: number;
  readonly operations: readonly string[];
  readonly client: string | null;
  readonly codes: readonly string[];
}

export interface ShownExplanation extends ShownSummary {
  readonly version: string | null;
  readonly consumer: string | null;
  readonly supergraph: string | null;
  readonly decisions: readonly { readonly ms: number; readonly part: string; readonly text: string }[];
}

const whyTexts = {
  ERROR: 'it ended with errors',
  SLOW: 'it was slow',
  GONE: 'its client left',
  SAMPLE: 'one of the sample',
} as const;

/** A request's timeline, for people. */
export function explainText(explanation: ShownExplanation, { paint }: Pick<Terminal, 'paint'>): string {
  const { requestId, at, ms, why, status, operations, decisions } = explanation;
  const partWidth = Math.max(...decisions.map(({ part }) => part.length));
  const msWidth = Math.max(...decisions.map((decision) => shownMs(decision.ms).length));
  const isBad = why === 'ERROR' || status >= 400;
  const lines = decisions.map(
    (decision) =>
      `  ${shownMs(decision.ms).padStart(msWidth)}  ${paint('cyan', decision.part.padEnd(partWidth))}  ${
        decision.part === 'refusal' || decision.part === 'answer'
          ? paint('red', decision.text)
          : decision.text
      }`,
  );
  return [
    `${paint('bold', requestId)}  ${at}`,
    `${paint(isBad ? 'red' : 'green', String(status))} after ${shownMs(ms)}, kept because ${whyTexts[why]}${aboutOf(explanation)}`,
    operations.length > 0 ? `Asked: ${operations.join(', ')}` : 'It was not known which operation is meant.',
    '',
    ...lines,
  ].join('\n');
}

function aboutOf({ client, version, consumer, supergraph }: ShownExplanation): string {
  const by = client === null ? '' : `, by ${client}${version === null ? '' : ` ${version}`}`;
  const billed = consumer === null ? '' : `, for ${consumer}`;
  const on = supergraph === null ? '' : `, on supergraph ${supergraph}`;
  return `${by}${billed}${on}`;
}

/** The requests that were kept last, a line each. */
export function explanationsTable(summaries: readonly ShownSummary[]): string {
  if (summaries.length === 0) return 'No request has been kept yet.';
  const rows = summaries.map(({ requestId, at, ms, why, status, operations, client, codes }) => [
    ...[at, requestId, why.toLowerCase(), String(status), shownMs(ms)],
    ...[operations.join(' ') || '-', client ?? '-', codes.join(' ') || '-'],
  ]);
  return table([['AT', 'REQUEST', 'WHY', 'STATUS', 'TOOK', 'OPERATION', 'CLIENT', 'CODES'], ...rows]);
}

function shownMs(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
