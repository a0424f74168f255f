import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask, signedOut, signOut } from './data/ask.ts';
import {
  type Caller,
  caller,
  callerQuery,
  type Status as GatewayStatus,
  hasRole,
  status,
} from './data/caller.ts';
import { watchLive } from './data/live.ts';
import { route, to } from './data/route.ts';
import { theme, turnTheme } from './data/theme.ts';
import { Icon, type IconName } from './design/icon.tsx';
import { Empty, Head, Skeleton, Status } from './design/parts.tsx';
import { LoginView } from './views/login.tsx';
import { OverviewView } from './views/overview.tsx';

interface View {
  readonly title: string;
  readonly icon: IconName;
  readonly page: ComponentType;
  /** Begins to load what the overview does without. */
  readonly load?: () => Promise<ComponentType>;
  /** Shown before it is known who looks. */
  readonly isAtOnce?: boolean;
  /** It is not offered to others. */
  readonly needs?: Caller['role'];
}

/** The overview is there at once; the others come when they are looked at. */
const views: Readonly<Record<string, View>> = {
  overview: { title: 'Overview', icon: 'overview', page: OverviewView },
  operations: later(
    'Operations',
    'operations',
    async () => (await import('./views/operations.tsx')).OperationsView,
  ),
  schema: later('Schema', 'schema', async () => (await import('./views/schema.tsx')).SchemaView),
  subgraphs: later(
    'Subgraphs',
    'subgraphs',
    async () => (await import('./views/subgraphs.tsx')).SubgraphsView,
  ),
  clients: later('Clients', 'clients', async () => (await import('./views/clients.tsx')).ClientsView),
  requests: later('Requests', 'requests', async () => (await import('./views/requests.tsx')).RequestsView),
  explorer: {
    ...later('Explorer', 'explorer', async () => (await import('./views/explorer.tsx')).ExplorerView),
    // GraphiQL takes longer to load than the admin to say who it is.
    isAtOnce: true,
  },
  limits: later('Limits', 'limits', async () => (await import('./views/limits.tsx')).LimitsView),
  audit: {
    ...later('Audit', 'audit', async () => (await import('./views/audit.tsx')).AuditView),
    needs: 'operator',
  },
};

function later(title: string, icon: IconName, load: () => Promise<ComponentType>): View {
  function Later() {
    const [loaded, setLoaded] = useState<{ readonly page: ComponentType } | null>(null);
    const [isLost, setLost] = useState(false);
    useEffect(() => {
      load().then(
        (page) => setLoaded({ page }),
        () => setLost(true),
      );
    }, []);
    if (isLost)
      return (
        <Empty title="This view could not be loaded">
          Load the page again: the gateway may have been updated.
        </Empty>
      );
    return loaded ? <loaded.page /> : <Skeleton height={420} />;
  }
  return { title, icon, page: Later, load };
}

function viewOf(name: string): View | undefined {
  return Object.hasOwn(views, name) ? views[name] : undefined;
}

// While the admin is asked who is looking. What is lost on the way is asked for again, and told, by the view itself.
viewOf(route.value.view)
  ?.load?.()
  .catch(() => undefined);

export function App() {
  useEffect(() => {
    void meet();
    const timer = setInterval(() => document.visibilityState === 'visible' && void meet(), 15_000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (!caller.value || signedOut.value) return;
    const watching = new AbortController();
    void watchLive(watching.signal);
    return () => watching.abort();
  }, [caller.value === null, signedOut.value]);
  if (signedOut.value) return <LoginView onIn={() => void meet()} />;
  return <Frame />;
}

/** Who is looking, and at what. A gateway that is away is told by the state of the live feed. */
async function meet(): Promise<void> {
  try {
    const met = await ask<{ caller: Caller; status: GatewayStatus }>(callerQuery);
    signedOut.value = false;
    caller.value = met.caller;
    status.value = met.status;
  } catch {
    status.value = null;
  }
}

function Frame() {
  const { view } = route.value;
  const shown = viewOf(view);
  useEffect(() => {
    document.title = `${shown?.title ?? 'Not found'} · Sluice`;
  }, [shown]);
  return (
    <div class="frame">
      <button type="button" class="skip" onClick={toContent}>
        To the content
      </button>
      <Side view={view} />
      <main class="content" id="content" tabIndex={-1}>
        {caller.value === null && !shown?.isAtOnce ? (
          <Skeleton height={420} />
        ) : shown ? (
          <shown.page key={view} />
        ) : (
          <>
            <Head title="Not found" />
            <Empty title="There is no such view">Choose one of those at the side.</Empty>
          </>
        )}
      </main>
    </div>
  );
}

function toContent(): void {
  document.getElementById('content')?.focus();
}

function Side({ view }: { readonly view: string }) {
  return (
    <aside class="side">
      <a class="brand" href={to(['overview'])}>
        <svg
          width="20"
          height="20"
          viewBox="0 0 24 24"
          fill="none"
          stroke="currentColor"
          stroke-width="2.4"
          stroke-linecap="round"
          aria-hidden="true"
        >
          <path d="M4 7c3.5 0 3.5 3 8 3s4.5-3 8-3M4 12c3.5 0 3.5 3 8 3s4.5-3 8-3M4 17c3.5 0 3.5 3 8 3s4.5-3 8-3" />
        </svg>
        Sluice
      </a>
      <nav class="nav" aria-label="Views">
        {Object.entries(views)
          .filter(([, { needs }]) => needs === undefined || hasRole(needs))
          .map(([name, { title, icon }]) => (
            <a key={name} href={to([name])} aria-current={name === view ? 'page' : undefined}>
              <Icon name={icon} />
              {title}
            </a>
          ))}
      </nav>
      <div class="side-foot">
        <Ready />
        <span class="who">{who()}</span>
        <div class="row tight" style={{ marginLeft: '-8px' }}>
          <button type="button" class="button plain" onClick={turnTheme}>
            <Icon name={theme.value === 'dark' ? 'sun' : 'moon'} />
            {theme.value === 'dark' ? 'Light' : 'Dark'}
          </button>
          {caller.value?.name && (
            <button type="button" class="button plain" onClick={() => void signOut()}>
              Sign out
            </button>
          )}
        </div>
      </div>
    </aside>
  );
}

function Ready() {
  const { value } = status;
  if (!value) return <Status tone="bad">Not reached</Status>;
  if (!value.ready) return <Status tone="warn">Not ready</Status>;
  if (value.origin === 'LAST_GOOD') return <Status tone="warn">Store away</Status>;
  return <Status tone="good">Ready{value.version === null ? '' : ` · version ${value.version}`}</Status>;
}

function who(): string {
  const { value } = caller;
  if (!value) return '';
  return value.name === null ? 'No tokens in use' : `${value.name} · ${value.role}`;
}
