import { useState } from 'preact/hooks';
import { ask } from '../data/ask.ts';
import { at, clipped, shortAt } from '../data/format.ts';
import { folded, lineDiff } from '../data/lineDiff.ts';
import { to } from '../data/route.ts';
import { useAsk } from '../data/useAsk.ts';
import { Dialog } from '../design/dialog.tsx';
import { Allowed, Answer, Card, Chip, Empty, Status } from '../design/parts.tsx';
import { type Remark, Remarks, type SchemaChange, SchemaChanges } from './report.tsx';

interface Entry {
  readonly version: number;
  readonly kind: string;
  readonly changed: readonly string[];
  readonly rolledBackTo: number | null;
  readonly author: string;
  readonly at: string;
}

const historyQuery = '{ history(first: 100) { version kind changed rolledBackTo author at } }';

export function VersionsTab({ chosen }: { readonly chosen: number | null }) {
  const asked = useAsk<{ history: readonly Entry[] }>(historyQuery, {}, 10_000);
  return (
    <Answer asked={asked} height={420}>
      {({ history }) => {
        const [newest] = history;
        if (!newest)
          return (
            <Empty title="Nothing was published yet">
              Publish a first subgraph: sluice publish NAME --url URL.
            </Empty>
          );
        const entry = history.find(({ version }) => version === chosen) ?? newest;
        return (
          <div class="master">
            <Card title="Versions" flush>
              <nav class="list" aria-label="Versions">
                {history.map((each) => (
                  <Version
                    key={each.version}
                    entry={each}
                    isChosen={each === entry}
                    isNewest={each === newest}
                  />
                ))}
              </nav>
            </Card>
            <Detail key={entry.version} entry={entry} isNewest={entry === newest} refresh={asked.refresh} />
          </div>
        );
      }}
    </Answer>
  );
}

function Version({
  entry,
  isChosen,
  isNewest,
}: {
  readonly entry: Entry;
  readonly isChosen: boolean;
  readonly isNewest: boolean;
}) {
  return (
    <a href={to(['schema', 'versions', String(entry.version)])} aria-current={isChosen ? 'true' : undefined}>
      <strong style={{ minWidth: '34px' }}>{entry.version}</strong>
      <span class="grow">
        <span class="cut" style={{ display: 'block' }}>
          {kindText(entry)}
        </span>
        <span class="muted tiny">
          {shortAt(entry.at)} · {clipped(entry.author, 40)}
        </span>
      </span>
      {isNewest && <Chip tone="good">in force</Chip>}
    </a>
  );
}

function kindText({ kind, changed, rolledBackTo }: Entry): string {
  if (kind === 'ROLLBACK') return `rollback to ${rolledBackTo}`;
  return `${kind.toLowerCase()} ${changed.join(', ')}`;
}

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

function Detail({
  entry,
  isNewest,
  refresh,
}: {
  readonly entry: Entry;
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

const maxShown = 3000;

export function Diff({
  name,
  before,
  after,
}: {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}) {
  const lines = folded(lineDiff(before, after));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <div class="diff" role="region" aria-label={`Changes of ${name}`} tabIndex={0}>
      {lines.slice(0, maxShown).map((line, index) =>
        line === null ? (
          <div key={index} class="fold">
            ···
          </div>
        ) : (
          <div key={index} class={line.sign === '+' ? 'plus' : line.sign === '-' ? 'minus' : ''}>
            <span>{line.sign === '-' ? '−' : line.sign}</span>
            <span>{line.text.slice(0, 2000)}</span>
          </div>
        ),
      )}
      {lines.length > maxShown && <div class="fold">{lines.length - maxShown} more lines: see its SDL</div>}
    </div>
  );
}
