import { useEffect, useState } from 'preact/hooks';
import { ask, type Refusal } from '../data/ask.ts';
import { may } from '../data/caller.ts';
import { go, to } from '../data/route.ts';
import { useAsk } from '../data/useAsk.ts';
import { Card, Note } from '../design/parts.tsx';
import { type Report, ReportCards, reportFields } from './report.tsx';

interface Known {
  readonly subgraphs: readonly { readonly name: string; readonly url: string; readonly sdl: string }[];
}

interface Draft {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
}

const checkQuery = `query ($subgraph: SubgraphInput!) { check(subgraph: $subgraph) { ${reportFields} } }`;
const publishMutation = `mutation ($subgraphs: [SubgraphInput!]!, $base: Int, $allowBreaking: Boolean) {
  publish(subgraphs: $subgraphs, base: $base, allowBreaking: $allowBreaking) { version changed }
}`;

const inputOf = ({ name, url, sdl }: Draft) => ({
  name,
  ...(url !== '' && { url }),
  ...(sdl.trim() !== '' && { sdl }),
});

/** A subgraph as it shall be. It is checked first; what was checked is what is published. */
export function PublishForm({ name }: { readonly name: string | null }) {
  const known = useAsk<Known>('{ subgraphs { name url sdl } }').data?.subgraphs ?? [];
  const [draft, setDraft] = useState<Draft>({ name: name ?? '', url: '', sdl: '' });
  const [checked, setChecked] = useState<{ draft: Draft; report: Report } | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const now = known.find((each) => each.name === draft.name);
  useEffect(() => {
    if (now && draft.sdl === '' && draft.url === '') setDraft({ name: now.name, url: now.url, sdl: now.sdl });
  }, [now]);

  const change = (part: Partial<Draft>): void => {
    setDraft({ ...draft, ...part });
    setChecked(null);
  };
  async function guarded(act: () => Promise<void>): Promise<void> {
    setBusy(true);
    setRefusal(null);
    await act().catch((refused: unknown) => setRefusal(refused as Refusal));
    setBusy(false);
  }
  const check = async (): Promise<void> => {
    const { check: report } = await ask<{ check: Report }>(checkQuery, { subgraph: inputOf(draft) });
    setChecked({ draft, report });
  };
  const publish = async (allowBreaking: boolean): Promise<void> => {
    const variables = {
      subgraphs: [inputOf(draft)],
      base: checked?.report.comparedWith,
      allowBreaking: allowBreaking || null,
    };
    const { publish: done } = await ask<{ publish: { version: number } }>(publishMutation, variables);
    go(to(['schema', 'versions', String(done.version)]));
  };

  const report = checked?.report ?? null;
  return (
    <div class="grid two">
      <Card title="Subgraph">
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void guarded(check);
          }}
        >
          <Inputs draft={draft} names={known.map((each) => each.name)} change={change} />
          <div class="row">
            <button type="submit" class="button primary" disabled={isBusy || draft.name === ''}>
              {isBusy && !report ? 'Checking…' : 'Check'}
            </button>
            <span class="muted small">Without a schema the subgraph itself is asked for it.</span>
          </div>
        </form>
      </Card>
      <div class="stack" aria-live="polite">
        {refusal && <Note tone="bad">{refusal.message}</Note>}
        {!report && !refusal && (
          <p class="muted small">
            The check shows here what publishing would do, before anything is changed.
          </p>
        )}
        {report && <ReportCards report={report} />}
        {report && report.errors.length === 0 && (
          <PublishRow
            name={draft.name}
            isBusy={isBusy}
            isBreaking={report.changes.some(({ severity }) => severity === 'BREAKING')}
            publish={(allowBreaking) => void guarded(() => publish(allowBreaking))}
          />
        )}
      </div>
    </div>
  );
}

interface PublishRowProps {
  readonly name: string;
  readonly isBusy: boolean;
  readonly isBreaking: boolean;
  readonly publish: (allowBreaking: boolean) => void;
}

function PublishRow({ name, isBusy, isBreaking, publish }: PublishRowProps) {
  const [isAllowed, setAllowed] = useState(false);
  return (
    <div class="row">
      {isBreaking && (
        <label class="check">
          <input
            type="checkbox"
            checked={isAllowed}
            onChange={(event) => setAllowed(event.currentTarget.checked)}
          />
          Publish although clients would break
        </label>
      )}
      <button
        type="button"
        class="button primary"
        disabled={isBusy || !may('publisher', name) || (isBreaking && !isAllowed)}
        onClick={() => publish(isAllowed)}
      >
        Publish {name}
      </button>
    </div>
  );
}

function Inputs({
  draft,
  names,
  change,
}: {
  readonly draft: Draft;
  readonly names: readonly string[];
  readonly change: (part: Partial<Draft>) => void;
}) {
  return (
    <>
      <div class="grid two">
        <label class="field">
          Name
          <input
            list="subgraphs"
            required
            value={draft.name}
            onInput={(event) => change({ name: event.currentTarget.value })}
          />
        </label>
        <datalist id="subgraphs">
          {names.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
        <label class="field">
          URL
          <input
            type="url"
            placeholder="http://cities.internal/graphql"
            value={draft.url}
            onInput={(event) => change({ url: event.currentTarget.value })}
          />
        </label>
      </div>
      <label class="field">
        Schema
        <textarea
          rows={20}
          spellcheck={false}
          value={draft.sdl}
          onInput={(event) => change({ sdl: event.currentTarget.value })}
        />
      </label>
    </>
  );
}
