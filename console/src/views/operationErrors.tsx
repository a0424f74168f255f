import { at, count, shortAt } from '../data/format.ts';
import { to } from '../data/route.ts';
import { Chip, Empty } from '../design/parts.tsx';

export interface RecordedError {
  readonly at: string;
  readonly requestId: string;
  readonly status: number;
  readonly codes: readonly string[];
  readonly subgraphs: readonly string[];
  readonly client: string | null;
  readonly version: string | null;
}

interface ErrorsProps {
  readonly codes: readonly { readonly name: string; readonly calls: number }[];
  readonly errors: readonly RecordedError[];
}

export function Errors({ codes, errors }: ErrorsProps) {
  if (codes.length === 0) return <Empty title="No errors in this time" />;
  return (
    <>
      <table aria-label="Errors by code">
        <tbody>
          {codes.map(({ name, calls }) => (
            <tr key={name}>
              <td>
                <Chip tone="bad">{name}</Chip>
              </td>
              <td class="number">{count(calls)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul class="events" aria-label="The last ones">
        {errors.slice(0, 6).map((error) => (
          <li key={error.requestId}>
            <time dateTime={error.at} title={at(error.at)}>
              {shortAt(error.at)}
            </time>
            <span class="grow">
              <a href={to(['requests', error.requestId])} class="mono">
                {error.requestId.slice(0, 8)}
              </a>{' '}
              {error.codes.join(', ')}
              <span class="muted">
                {error.subgraphs.length > 0 && ` from ${error.subgraphs.join(', ')}`}
                {error.client !== null && ` to ${error.client}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
