import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { may } from '../data/caller.ts';
import { clipped } from '../data/format.ts';
import type { Asked } from '../data/useAsk.ts';
import { Icon, type IconName } from './icon.tsx';

type Children = { readonly children?: ComponentChildren };

/** The top of a view. */
export function Head({
  title,
  about,
  crumb,
  children,
}: {
  readonly title: string;
  readonly about?: ComponentChildren;
  readonly crumb?: ComponentChildren;
} & Children) {
  return (
    <div class="head">
      <div class="grow">
        {crumb && <span class="crumb">{crumb}</span>}
        <h1>{clipped(title)}</h1>
        {about && <p class="small">{about}</p>}
      </div>
      {children}
    </div>
  );
}

export function Card({
  title,
  aside,
  flush = false,
  children,
}: {
  readonly title?: ComponentChildren;
  readonly aside?: ComponentChildren;
  readonly flush?: boolean;
} & Children) {
  return (
    <section class="card">
      {title !== undefined && (
        <header>
          <h2 class="grow">{title}</h2>
          {aside}
        </header>
      )}
      <div class={flush ? 'flush' : 'body'} {...(flush && { tabIndex: -1 })}>
        {children}
      </div>
    </section>
  );
}

export function Tile({
  label,
  value,
  unit,
  note,
}: {
  readonly label: string;
  readonly value: string;
  readonly unit?: string;
  readonly note?: ComponentChildren;
}) {
  return (
    <div class="tile">
      <dt>{label}</dt>
      <dd>
        {value}
        {unit && <small>{unit}</small>}
      </dd>
      <dd class="note">{note}</dd>
    </div>
  );
}

export type Tone = 'good' | 'warn' | 'bad' | 'quiet';

/** A shape, a word, then a colour. */
export function Status({ tone, children }: { readonly tone: Tone } & Children) {
  return (
    <span class={`status ${tone}`}>
      <Icon name={tone as IconName} size={14} />
      {children}
    </span>
  );
}

export function Chip({ tone = '', children }: { readonly tone?: Tone | 'accent' | '' } & Children) {
  return <span class={`chip ${tone}`}>{children}</span>;
}

export function Note({ tone, children }: { readonly tone: Tone } & Children) {
  return (
    <div class={`note-box ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <span class={tone}>
        <Icon name={tone} />
      </span>
      <div class="grow">{children}</div>
    </div>
  );
}

/** Nothing is there: what that means and what to do about it. */
export function Empty({ title, children }: { readonly title: string } & Children) {
  return (
    <div class="empty">
      <strong>{title}</strong>
      {children && <span>{children}</span>}
    </div>
  );
}

export function Skeleton({ height = 120 }: { readonly height?: number }) {
  return <div class="skeleton" style={{ height: `${height}px` }} role="status" aria-label="Loading" />;
}

/** What is shown of a question: its answer, why there is none, or room for it. */
export function Answer<Data>({
  asked,
  height = 120,
  children,
}: {
  readonly asked: Asked<Data>;
  readonly height?: number;
  readonly children: (data: Data) => ComponentChildren;
}) {
  const { data, refusal, refresh } = asked;
  return (
    <>
      {refusal && refusal.code !== 'UNAUTHENTICATED' && (
        <div class="body">
          <Note tone="bad">
            <strong>{refusal.message}</strong>{' '}
            <button type="button" class="button plain" onClick={() => void refresh()}>
              Try again
            </button>
          </Note>
        </div>
      )}
      {data ? (
        children(data)
      ) : refusal ? null : (
        <div class="body">
          <Skeleton height={height} />
        </div>
      )}
    </>
  );
}

/** Text from outside, as text; the rest of what is very long when it is wanted. */
export function Code({
  text,
  most = 20_000,
  label,
}: {
  readonly text: string;
  readonly most?: number;
  readonly label: string;
}) {
  const [all, setAll] = useState(false);
  const isCut = !all && text.length > most;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <pre class="code" tabIndex={0} role="region" aria-label={label}>
        {isCut ? text.slice(0, most) : text}
      </pre>
      {isCut && (
        <button type="button" class="button plain" onClick={() => setAll(true)}>
          Show all {Math.round(text.length / 1000)} kB
        </button>
      )}
    </>
  );
}

/** Shown to those who may; others see who may. */
export function Allowed({
  needs,
  subgraph,
  what,
  children,
}: {
  readonly needs: 'publisher' | 'operator';
  readonly subgraph?: string;
  readonly what?: string;
} & Children) {
  if (may(needs, subgraph)) return <>{children}</>;
  return what === undefined ? null : (
    <p class="muted small">
      {what} takes a token with the role {needs}
      {subgraph !== undefined && needs === 'publisher' ? ' for this subgraph' : ''}.
    </p>
  );
}

export function Meter({ part, tone = '' }: { readonly part: number; readonly tone?: 'bad' | '' }) {
  return (
    <div class={`meter ${tone}`}>
      <span style={{ width: `${Math.max(0, Math.min(1, part)) * 100}%` }} />
    </div>
  );
}
