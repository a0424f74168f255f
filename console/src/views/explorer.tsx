import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, type Refusal } from '../data/ask.ts';
import { caller, hasRole } from '../data/caller.ts';
import { to } from '../data/route.ts';
import { theme } from '../data/theme.ts';
import { Card, Empty, Head, Note } from '../design/parts.tsx';
import { PlanPicture } from './planPicture.tsx';

type Plan = Parameters<typeof PlanPicture>[0]['node'];

interface Told {
  readonly ready?: boolean;
  readonly query?: string;
  readonly ran?: boolean;
  readonly requestId?: string | null;
  readonly status?: number;
}

export function ExplorerView() {
  const frame = useRef<HTMLIFrameElement>(null);
  const [token, setToken] = useState('');
  const [query, setQuery] = useState('');
  const [ran, setRan] = useState<Told | null>(null);
  const [plan, setPlan] = useState<Plan | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  useEffect(() => {
    const hear = ({ source, origin, data }: MessageEvent<Told>): void => {
      if (source !== frame.current?.contentWindow || origin !== window.location.origin) return;
      if (typeof data.query === 'string') setQuery(data.query);
      if (data.ran) setRan(data);
      if (data.ready) tell(frame.current, { theme: theme.value, token: '' });
    };
    window.addEventListener('message', hear);
    return () => window.removeEventListener('message', hear);
  }, []);
  useEffect(() => tell(frame.current, { theme: theme.value, token }), [theme.value, token]);

  async function showPlan(): Promise<void> {
    setRefusal(null);
    await planOf(query).then(setPlan, setRefusal);
  }

  if (caller.value !== null && !hasRole('publisher'))
    return (
      <>
        <Head title="Explorer" />
        <Empty title="The explorer takes a token with the role publisher">
          It sends operations to the gateway from where it runs.
        </Empty>
      </>
    );
  return (
    <>
      <Head title="Explorer" about="GraphiQL on this gateway: every rule holds for it, as for any client.">
        <input
          type="password"
          aria-label="Bearer token for the gateway"
          placeholder="Bearer token, if any"
          autocomplete="off"
          value={token}
          onInput={(event) => setToken(event.currentTarget.value.trim())}
        />
        <button type="button" class="button" disabled={query.trim() === ''} onClick={() => void showPlan()}>
          Show the plan
        </button>
      </Head>
      <div class="explorer">
        {refusal && <Note tone="bad">{refusal.message}</Note>}
        {plan && (
          <Card
            title="Query plan"
            aside={
              <button type="button" class="button plain" onClick={() => setPlan(null)}>
                Close
              </button>
            }
          >
            <PlanPicture node={plan} />
          </Card>
        )}
        {ran?.requestId && (
          <p class="small muted">
            The last one was answered with {ran.status}:{' '}
            <a href={to(['requests', ran.requestId])} class="mono">
              {ran.requestId}
            </a>
          </p>
        )}
        <iframe ref={frame} src="/explorer/index.html" title="GraphiQL" />
      </div>
    </>
  );
}

async function planOf(operation: string): Promise<Plan | null> {
  const asked = 'query ($operation: String!) { plan(operation: $operation) { plan } }';
  const { plan } = await ask<{ plan: { plan: { node?: Plan } } }>(asked, { operation });
  return plan.plan.node ?? null;
}

function tell(frame: HTMLIFrameElement | null, message: { theme: string; token: string }): void {
  frame?.contentWindow?.postMessage(message, window.location.origin);
}
