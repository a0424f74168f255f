import { hasRole } from '../data/caller.ts';
import { route, to } from '../data/route.ts';
import { useAsk } from '../data/useAsk.ts';
import { Answer, Card, Code, Empty, Head } from '../design/parts.tsx';
import { PublishForm } from './publishForm.tsx';
import { TypesTab } from './types.tsx';
import { VersionsTab } from './versions.tsx';

const tabs = { versions: 'Versions', types: 'Types', sdl: 'SDL', publish: 'Publish' } as const;
type Tab = keyof typeof tabs;

export function SchemaView() {
  const [name = 'versions', chosen] = route.value.parts;
  const tab: Tab = Object.hasOwn(tabs, name) ? (name as Tab) : 'versions';
  const shown = (Object.keys(tabs) as Tab[]).filter((each) => each !== 'publish' || hasRole('publisher'));
  return (
    <>
      <Head
        title="Schema"
        about="Every version of the supergraph, what it changed, and what is used of it."
      />
      <nav class="tabs" aria-label="Schema">
        {shown.map((each) => (
          <a key={each} href={to(['schema', each])} aria-current={each === tab ? 'page' : undefined}>
            {tabs[each]}
          </a>
        ))}
      </nav>
      {tab === 'versions' && <VersionsTab chosen={chosen === undefined ? null : Number(chosen)} />}
      {tab === 'types' && <TypesTab chosen={chosen ?? null} />}
      {tab === 'sdl' && <SdlTab version={chosen === undefined ? null : Number(chosen)} />}
      {tab === 'publish' && <PublishForm name={chosen ?? null} />}
    </>
  );
}

interface Answered {
  readonly supergraph: {
    readonly version: number | null;
    readonly sdl: string;
    readonly subgraphs: readonly { readonly name: string; readonly version: number; readonly sdl: string }[];
  } | null;
}

const query =
  'query ($version: Int) { supergraph(version: $version) { version sdl subgraphs { name version sdl } } }';

function SdlTab({ version }: { readonly version: number | null }) {
  const asked = useAsk<Answered>(query, { version });
  return (
    <Answer asked={asked} height={420}>
      {({ supergraph }) =>
        supergraph ? (
          <div class="stack">
            {supergraph.subgraphs.map(({ name, version: own, sdl }) => (
              <Card key={name} title={name} aside={<span class="muted small">version {own}</span>}>
                <Code label={`SDL of ${name}`} text={sdl} />
              </Card>
            ))}
            <Card title={`Supergraph${supergraph.version === null ? '' : ` version ${supergraph.version}`}`}>
              <Code label="SDL of the supergraph" text={supergraph.sdl} />
            </Card>
          </div>
        ) : (
          <Empty title="No supergraph is served yet">Publish a first subgraph.</Empty>
        )
      }
    </Answer>
  );
}
