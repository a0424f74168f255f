import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Refusal } from '../data/ask.ts';
import { Note } from './parts.tsx';

export interface DialogProps {
  readonly title: string;
  readonly action: string;
  readonly isDangerous?: boolean;
  readonly close: () => void;
  /** Does it; what it throws is shown, and the dialog stays. */
  readonly act: () => Promise<void>;
  readonly children?: ComponentChildren;
}

/** Asks once more, or for what is missing. Escape and Cancel change nothing. */
export function Dialog({ title, action, isDangerous = false, close, act, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => box.current?.showModal(), []);
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setRefusal(null);
    await act().then(close, setRefusal);
    setBusy(false);
  }
  return (
    <dialog ref={box} onClose={close} aria-label={title}>
      <form onSubmit={(event) => void submit(event)}>
        <h1>{title}</h1>
        {children}
        {refusal && <Note tone="bad">{refusal.message}</Note>}
        <div class="row" style={{ justifyContent: 'flex-end' }}>
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class={`button ${isDangerous ? 'danger' : 'primary'}`} disabled={isBusy}>
            {action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
