import { useState } from 'preact/hooks';
import { ask } from '../data/ask.ts';
import { at, clipped } from '../data/format.ts';
import { type HistoryEntry, kindText } from '../data/historyEntry.ts';
import { to } from '../data/route.ts';
import { useAsk } from '../data/useAsk.ts';
import { Dialog } from '../design/dialog.tsx';
import { Allowed, Answer, Card, Empty, Status } from '../design/parts.tsx';
import { Diff } from './diff.tsx';
import { type Remark, Remarks, type SchemaChange, SchemaChanges } from './report.tsx';

interface Members {
  readonly subgraphs: readonly {
    readonly name: string;
    readonly version: number;
    readonly sdl: string;
    readonly url: string;
    readonly source: string;
  }[];
}

const detailQuery = `query ($version: Int!, $before: Int!, $hasBefore: Boolean!) {
  changes(version: $version) { severity kind coordinate message }
  hints(version: $version) { code message places { subgraph line column } }
  now: supergraph(version: $version) { subgraphs { name version sdl url source } }
  before: supergraph(version: $before) @include(if: $hasBefore) { subgraphs { name version sdl url source } }
}`;

interface Compared {
  readonly changes: readonly SchemaChange[];
  readonly hints: readonly Remark[] | null;
  readonly now: Members;
  readonly before?: Members;
}

/** One version: what it changed, and the way back to it. */
export function VersionDetail({
  entry,
  isNewest,
  refresh,
}: {
  readonly entry: HistoryEntry;
  readonly isNewest: boolean;
  readonly refresh: () => Promise<void>;
}) {
  const { version } = entry;
  const asked = useAsk<Compared>(detailQuery, {
    version,
    before: Math.max(1, version - 1),
    hasBefore: version > 1,
  });
  const [isAsking, setAsking] = useState(false);
  return (
    <div class="stack">
      <Card
        title={`Version ${version}`}
        aside={
          <>
            <a class="button" href={to(['schema', 'sdl', String(version)])}>
              SDL
            </a>
            {!isNewest && (
              <Allowed needs="publisher">
                <button type="button" class="button danger" onClick={() => setAsking(true)}>
                  Roll back to it
                </button>
              </Allowed>
            )}
          </>
        }
      >
        <p class="small">
          {kindText(entry)}, by {clipped(entry.author)}, {at(entry.at)}
        </p>
      </Card>
      <Answer asked={asked} height={260}>
        {(compared) => <Differences compared={compared} version={version} />}
      </Answer>
      {isAsking && (
        <Dialog
          title={`Roll back to version ${version}?`}
          action="Roll back"
          isDangerous
          close={() => setAsking(false)}
          act={async () => {
            await ask('mutation ($version: Int!) { rollback(version: $version) { version } }', { version });
            await refresh();
          }}
        >
          <p class="small">
            Its subgraphs come back as a new version, at once and whatever clients lose by it. Requests in
            flight end on the version they began with.
          </p>
        </Dialog>
      )}
    </div>
  );
}

function Differences({
  compared: { changes, hints, now, before },
  version,
}: {
  readonly compared: Compared;
  readonly version: number;
}) {
  const old = new Map((before?.subgraphs ?? []).map((each) => [each.name, each]));
  const differing = now.subgraphs.filter(({ name, sdl }) => old.get(name)?.sdl !== sdl);
  const gone = (before?.subgraphs ?? []).filter(
    ({ name }) => !now.subgraphs.some((each) => each.name === name),
  );
  return (
    <>
      <Card title="What clients notice" flush>
        {version === 1 ? (
          <Empty title="The first version">There is nothing to compare it with.</Empty>
        ) : (
          <SchemaChanges changes={changes} />
        )}
      </Card>
      {hints && hints.length > 0 && (
        <Card title={`${hints.length} hints of composition`}>
          <Remarks remarks={hints} />
        </Card>
      )}
      {version > 1 &&
        differing.map(({ name, sdl, version: own, source }) => (
          <Card
            key={name}
            title={name}
            aside={
              <span class="muted small">
                version {own}, from {clipped(source, 80)}
              </span>
            }
            flush
          >
            <Diff name={name} before={old.get(name)?.sdl ?? ''} after={sdl} />
          </Card>
        ))}
      {gone.map(({ name }) => (
        <Card key={name} title={name}>
          <Status tone="warn">This subgraph was taken out.</Status>
        </Card>
      ))}
    </>
  );
}
