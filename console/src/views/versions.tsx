import { clipped, shortAt } from '../data/format.ts';
import { type HistoryEntry, kindText } from '../data/historyEntry.ts';
import { to } from '../data/route.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Chip, Empty } from '../design/parts.tsx';
import { VersionDetail } from './versionDetail.tsx';

const historyQuery = '{ history(first: 100) { version kind changed rolledBackTo author at } }';

export function VersionsTab({ chosen }: { readonly chosen: number | null }) {
  const asked = useAsk<{ history: readonly HistoryEntry[] }>(historyQuery, {}, 10_000);
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
            <VersionDetail
              key={entry.version}
              entry={entry}
              isNewest={entry === newest}
              refresh={asked.refresh}
            />
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
  readonly entry: HistoryEntry;
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
