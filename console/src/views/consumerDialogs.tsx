import { useState } from 'preact/hooks';
import { ask } from '../data/ask.ts';
import { clipped } from '../data/format.ts';
import { Dialog } from '../design/dialog.tsx';
import { Note } from '../design/parts.tsx';

/** A key as it is told, once. */
export interface NewKey {
  readonly text: string;
  readonly consumer: string;
}

/** Null for the one that is to be made. */
export type Asking = 'key' | 'suspend' | 'resume' | { readonly revoke: string } | null;

interface DialogsProps {
  readonly name: string;
  readonly asking: Asking;
  readonly close: () => void;
  readonly done: (key?: NewKey) => Promise<void>;
}

export function Dialogs({ name, asking, close, done }: DialogsProps) {
  if (asking === null) return null;
  if (asking === 'key') return <CreateKey name={name} close={close} done={done} />;
  if (typeof asking === 'object')
    return (
      <Dialog
        title="Revoke this key?"
        action="Revoke"
        isDangerous
        close={close}
        act={async () => {
          await ask(
            'mutation ($consumer: String!, $id: ID) { revokeKeys(consumer: $consumer, id: $id) { name } }',
            { consumer: name, id: asking.revoke },
          );
          await done();
        }}
      >
        <p class="small">
          It is refused at once and for good. To rotate, create the next one first: two may be live.
        </p>
      </Dialog>
    );
  const field = asking === 'suspend' ? 'suspendConsumer' : 'resumeConsumer';
  return (
    <Dialog
      title={asking === 'suspend' ? `Suspend ${clipped(name, 60)}?` : `Resume ${clipped(name, 60)}?`}
      action={asking === 'suspend' ? 'Suspend' : 'Resume'}
      isDangerous={asking === 'suspend'}
      close={close}
      act={async () => {
        await ask(`mutation ($name: String!) { ${field}(name: $name) { name } }`, { name });
        await done();
      }}
    >
      <p class="small">
        {asking === 'suspend'
          ? 'All its keys are refused until it is resumed.'
          : 'Its keys are let in again, those that were not revoked.'}
      </p>
    </Dialog>
  );
}

function CreateKey({ name, close, done }: Pick<DialogsProps, 'name' | 'close' | 'done'>) {
  const [asked, setAsked] = useState({ consumer: name, plan: '', days: '' });
  return (
    <Dialog
      title="Create a key"
      action="Create"
      close={close}
      act={async () => {
        const creating = `mutation ($consumer: String!, $plan: String, $lifetimeSeconds: Int) {
          createKey(consumer: $consumer, plan: $plan, lifetimeSeconds: $lifetimeSeconds) { key consumer { name } }
        }`;
        const { createKey } = await ask<{ createKey: { key: string; consumer: { name: string } } }>(
          creating,
          {
            consumer: asked.consumer,
            plan: asked.plan === '' ? null : asked.plan,
            lifetimeSeconds: asked.days === '' ? null : Math.round(Number(asked.days) * 86_400),
          },
        );
        await done({ text: createKey.key, consumer: createKey.consumer.name });
      }}
    >
      <label class="field">
        Consumer
        <input
          required
          readOnly={name !== ''}
          value={asked.consumer}
          onInput={(event) => setAsked({ ...asked, consumer: event.currentTarget.value })}
        />
      </label>
      <div class="grid two">
        <label class="field">
          Plan
          <input
            placeholder="as it is"
            value={asked.plan}
            onInput={(event) => setAsked({ ...asked, plan: event.currentTarget.value })}
          />
        </label>
        <label class="field">
          Ends after days
          <input
            type="number"
            min="1"
            placeholder="never"
            value={asked.days}
            onInput={(event) => setAsked({ ...asked, days: event.currentTarget.value })}
          />
        </label>
      </div>
    </Dialog>
  );
}

export function CreatedKey({ text, done }: { readonly text: string; readonly done: () => void }) {
  return (
    <Note tone="good">
      <strong>The new key. It is shown this once and cannot be told again:</strong>
      <div class="row" style={{ marginTop: '8px' }}>
        <code class="code grow" data-testid="created-key">
          {text}
        </code>
        <button type="button" class="button" onClick={() => void navigator.clipboard.writeText(text)}>
          Copy
        </button>
        <button type="button" class="button plain" onClick={done}>
          I have it
        </button>
      </div>
    </Note>
  );
}
