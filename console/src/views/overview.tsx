import { useMemo } from 'preact/hooks';
import { status } from '../data/caller.ts';
import { isLive } from '../data/span.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Head } from '../design/parts.tsx';
import { SpanPicker } from '../design/spanPicker.tsx';
import { Changes, type Happened, happenedQuery, marksOf } from './changes.tsx';
import { Live } from './overviewLive.tsx';
import { Window } from './overviewWindow.tsx';

export function OverviewView() {
  const happened = useAsk<Happened>(happenedQuery, { registry: status.value?.registry ?? false }, 15_000);
  const marks = useMemo(() => marksOf(happened.data), [happened.data]);
  return (
    <>
      <Head title="Overview" about="What is asked, how fast, and what fails.">
        <SpanPicker live />
      </Head>
      {isLive.value ? <Live marks={marks} /> : <Window marks={marks} />}
      <Card title="What changed" flush>
        <Answer asked={happened}>{(data) => <Changes happened={data} />}</Answer>
      </Card>
    </>
  );
}
