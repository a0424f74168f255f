import { clipped, count } from '../data/format.ts';
import { to } from '../data/route.ts';
import { Card, Empty, Note, Status, type Tone } from '../design/parts.tsx';

export interface SchemaChange {
  readonly severity: 'BREAKING' | 'DANGEROUS' | 'SAFE';
  readonly kind: string;
  readonly coordinate: string | null;
  readonly message: string;
}

export interface Remark {
  readonly code: string;
  readonly message: string;
  readonly places: readonly { readonly subgraph: string; readonly line: number; readonly column: number }[];
}

export interface Report {
  readonly errors: readonly Remark[];
  readonly hints: readonly Remark[];
  readonly changes: readonly SchemaChange[];
  readonly comparedWith: number | null;
  readonly operations: {
    readonly checked: number;
    readonly broken: readonly {
      readonly id: string;
      readonly name: string | null;
      readonly reasons: readonly string[];
      readonly calls: number;
      readonly clients: readonly { readonly name: string | null; readonly version: string | null }[];
    }[];
  } | null;
}

export const reportFields = `
  errors { code message places { subgraph line column } }
  hints { code message places { subgraph line column } }
  changes { severity kind coordinate message }
  comparedWith
  operations { checked broken { id name reasons calls clients { name version } } }
`;

const tones: Readonly<Record<SchemaChange['severity'], Tone>> = {
  BREAKING: 'bad',
  DANGEROUS: 'warn',
  SAFE: 'good',
};
const words: Readonly<Record<SchemaChange['severity'], string>> = {
  BREAKING: 'breaking',
  DANGEROUS: 'dangerous',
  SAFE: 'safe',
};
const maxShown = 200;

export function SchemaChanges({ changes }: { readonly changes: readonly SchemaChange[] }) {
  if (changes.length === 0) return <Empty title="Clients notice nothing" />;
  return (
    <table aria-label="Changes">
      <tbody>
        {changes.slice(0, maxShown).map(({ severity, coordinate, message }, index) => (
          <tr key={index}>
            <td style={{ width: '110px' }}>
              <Status tone={tones[severity]}>{words[severity]}</Status>
            </td>
            <td style={{ overflowWrap: 'anywhere' }}>
              {clipped(message, 500)}
              {coordinate !== null && <div class="muted tiny mono">{clipped(coordinate)}</div>}
            </td>
          </tr>
        ))}
        {changes.length > maxShown && (
          <tr>
            <td />
            <td class="muted">and {changes.length - maxShown} more</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

/** What publishing would do: whether it composes, what clients notice, whom it would break. */
export function ReportCards({ report }: { readonly report: Report }) {
  const { errors, hints, changes, operations } = report;
  return (
    <div class="stack">
      {errors.length > 0 ? (
        <Note tone="bad">
          <strong>It does not compose.</strong> <Remarks remarks={errors} />
        </Note>
      ) : (
        <Note tone="good">
          It composes{report.comparedWith === null ? '' : `, compared with version ${report.comparedWith}`}.
        </Note>
      )}
      {operations && operations.broken.length > 0 && (
        <Note tone="bad">
          <strong>
            It would break {count(operations.broken.length)} operations that clients asked lately:
          </strong>
          <ul>
            {operations.broken.slice(0, 20).map(({ id, name, calls, reasons, clients }) => (
              <li key={id}>
                <a href={to(['operations', id])}>{clipped(name ?? id.slice(0, 12))}</a> ({count(calls)}{' '}
                requests of{' '}
                {clients
                  .map((client) => client.name ?? 'unnamed')
                  .slice(0, 5)
                  .join(', ')}
                ): {clipped(reasons.join('; '), 400)}
              </li>
            ))}
          </ul>
        </Note>
      )}
      {operations && operations.broken.length === 0 && errors.length === 0 && (
        <p class="muted small">
          {count(operations.checked)} operations that clients asked lately would all be answered as before.
        </p>
      )}
      {errors.length === 0 && (
        <Card title="What clients would notice" flush>
          <SchemaChanges changes={changes} />
        </Card>
      )}
      {hints.length > 0 && (
        <Card title="Hints">
          <Remarks remarks={hints} />
        </Card>
      )}
    </div>
  );
}

export function Remarks({ remarks }: { readonly remarks: readonly Remark[] }) {
  return (
    <ul class="stack small" style={{ gap: '6px' }}>
      {remarks.slice(0, 50).map(({ code, message, places }, index) => (
        <li key={index}>
          <span class="mono">{code}</span> {clipped(message, 1000)}{' '}
          <span class="muted">
            {places.map(({ subgraph, line, column }) => `${subgraph}:${line}:${column}`).join(', ')}
          </span>
        </li>
      ))}
    </ul>
  );
}
