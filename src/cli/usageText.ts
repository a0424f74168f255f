import { totalText } from './invoiceText.ts';
import { table } from './table.ts';
import {
  callsCells,
  callsHeading,
  type ShownUsage,
  shownMs,
  shownPart,
  usageCells,
  usageHeading,
  usageSummary,
} from './usageCells.ts';
import type {
  ShownDetails,
  ShownField,
  ShownNamed,
  ShownOperations,
  ShownOperationUsage,
  ShownQuota,
  ShownRow,
  ShownSeries,
  UsageAnswer,
} from './usageQueries.ts';

const idLength = 12;

/** What `sluice usage` says to people, a part after the other. `printed` is an operation's text on several lines. */
export function usageText(answer: UsageAnswer, printed: (text: string) => string): string {
  const { operations, operation, field, client, consumer, subgraph } = answer;
  if (operations) return listParts(operations).join('\n\n');
  if (operation)
    return joined([...operationParts(operation), printed(operation.operation.text), planPart(operation)]);
  if (field) return joined(fieldParts(field));
  const details = client ?? consumer ?? subgraph;
  return details ? joined(detailParts(details, subgraph ? ofCalls : ofOperations)) : '';
}

function listParts({ period, count, rows }: ShownOperations): readonly string[] {
  if (rows.length === 0) return [`Nothing was asked since ${period.since}.`];
  const shown = rows.length < count ? `${rows.length} of ${count} operations` : `${count} operations`;
  return [
    operationTable(rows, ofOperations),
    `${shown} since ${period.since}; CHANGE compares with the time before.`,
  ];
}

/** What is told of each row: of operations, or of calls to subgraphs. */
interface Columns {
  readonly heading: readonly string[];
  cells(usage: ShownUsage): readonly string[];
}

const ofOperations: Columns = { heading: usageHeading, cells: usageCells };
const ofCalls: Columns = { heading: callsHeading, cells: callsCells };

function operationTable(rows: readonly ShownRow[], { heading, cells }: Columns): string {
  return section(
    ['OPERATION', 'ID', ...heading],
    rows.map((row) => [row.name, row.operation?.id.slice(0, idLength) ?? '-', ...cells(row)]),
  );
}

function operationParts(usage: ShownOperationUsage): readonly string[] {
  const { operation, codes, errors, fields } = usage;
  return [
    `${operation.kind} ${operation.name ?? '(no name)'}  ${operation.id}`,
    `First asked ${operation.firstSeen}, last ${operation.lastSeen}.`,
    usageSummary(usage),
    namedTable('CLIENT', usage.clients),
    namedTable('CONSUMER', usage.consumers),
    namedTable('SUBGRAPH', usage.subgraphs, ofCalls),
    namedTable('SUPERGRAPH VERSION', usage.generations),
    section(
      ['CODE', 'CALLS'],
      codes.map(({ name, calls }) => [name, String(calls)]),
    ),
    section(
      ['LAST ERRORS', 'STATUS', 'CODES', 'SUBGRAPHS', 'CLIENT', 'REQUEST'],
      errors.map((error) => [
        error.at,
        String(error.status),
        error.codes.join(' '),
        error.subgraphs.join(' ') || '-',
        error.client ?? '-',
        error.requestId,
      ]),
    ),
    seriesTable(usage.series),
    section(
      ['USES', 'LAST'],
      fields.map(({ coordinate, lastSeen }) => [coordinate, lastSeen.slice(0, 10)]),
    ),
  ];
}

function detailParts(usage: ShownDetails, columns: Columns): readonly string[] {
  const { name, operations, versions = [], clients = [], consumers = [], quotas } = usage;
  return [
    name,
    usageSummary(usage),
    quotaTable(quotas ?? []),
    billText(usage),
    versions.length > 1 ? namedTable('CLIENT', versions) : '',
    namedTable('CLIENT', clients),
    namedTable('CONSUMER', consumers),
    operationTable(operations, columns),
    seriesTable(usage.series),
  ];
}

function planPart({ plan }: ShownOperationUsage): string {
  if (!plan) return '';
  return plan.text ?? `It cannot be answered any more: ${plan.fault}`;
}

/** The last moments; the rest is in the JSON. */
const maxPoints = 24;

function seriesTable({ points }: ShownSeries): string {
  return section(
    ['OVER TIME', 'CALLS', 'ERRORS', 'P95'],
    points
      .slice(-maxPoints)
      .map(({ at, totals: { calls, errors, p95Ms } }) => [
        at,
        String(calls),
        shownPart(errors, calls),
        shownMs(p95Ms),
      ]),
  );
}

function billText({ plan, invoice }: ShownDetails): string {
  if (!invoice) return plan ? `On the plan ${plan}.` : '';
  return `On the plan ${plan ?? '-'}. ${totalText(invoice)} for ${invoice.month}, so far.`;
}

function quotaTable(quotas: readonly ShownQuota[]): string {
  return section(
    ['QUOTA', 'USED', 'OF', 'UNTIL'],
    quotas.map(({ unit, per, max, used, endsAt }) => [
      `${unit} per ${per}`,
      `${used} (${shownPart(used, max)})`,
      String(max),
      endsAt,
    ]),
  );
}

function fieldParts(field: ShownField): readonly string[] {
  const { coordinate, verdict, reason, firstSeen, lastSeen, operations } = field;
  const said = { USED: 'is in use', SAFE: 'is not in use', UNSURE: 'may be in use' }[verdict];
  const seen =
    firstSeen === null
      ? 'It was never asked for.'
      : `Asked for since ${firstSeen}, last on ${lastSeen?.slice(0, 10)}.`;
  const users = operations.flatMap(({ operation, clients }) =>
    clients.map(({ name, version, calls }) => [
      operation.name ?? '(no name)',
      operation.id.slice(0, idLength),
      name ?? '-',
      version ?? '-',
      String(calls),
      operation.lastSeen,
    ]),
  );
  return [
    `${coordinate} ${said}: ${reason} ${seen}`,
    section(['OPERATION', 'ID', 'CLIENT', 'VERSION', 'CALLS', 'LAST ASKED'], users),
  ];
}

function namedTable(
  name: string,
  rows: readonly ShownNamed[],
  { heading, cells }: Columns = ofOperations,
): string {
  const nameOf = ({ name: named, version }: ShownNamed): string =>
    `${named ?? '-'}${version ? ` ${version}` : ''}`;
  return section(
    [name, ...heading],
    rows.map((row) => [nameOf(row), ...cells(row)]),
  );
}

function section(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : table([heading, ...rows]);
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
