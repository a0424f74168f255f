import { useState } from 'preact/hooks';
import { type Refusal, signedOut, signIn } from '../data/ask.ts';
import { Note } from '../design/parts.tsx';

export function LoginView({ onIn }: { readonly onIn: () => void }) {
  const [token, setToken] = useState('');
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    try {
      await signIn(token.trim());
      signedOut.value = false;
      onIn();
    } catch (refused) {
      setRefusal(refused as Refusal);
    }
  }
  return (
    <main class="login">
      <form onSubmit={(event) => void submit(event)}>
        <h1>Sign in to Sluice</h1>
        <p class="small muted">
          With one of <code>admin.tokens</code>. It is shown once; a cookie that no script reads stands for
          it, for a day.
        </p>
        <label class="field">
          Token
          <input
            type="password"
            autocomplete="off"
            required
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        {refusal && <Note tone="bad">{refusal.message}</Note>}
        <button type="submit" class="button primary" style={{ justifyContent: 'center' }}>
          Sign in
        </button>
      </form>
    </main>
  );
}
