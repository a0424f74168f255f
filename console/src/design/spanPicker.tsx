import { route, to } from '../data/route.ts';
import { isLive, span, spans } from '../data/span.ts';

/** Which time is looked at; in the address, so it goes along. */
export function SpanPicker({ live = false }: { readonly live?: boolean }) {
  const { view, parts } = route.value;
  const all = [...(live ? [{ name: 'live', label: 'Live' }] : []), ...spans];
  const chosen = isLive.value ? 'live' : span.value.name;
  return (
    <nav class="segments" aria-label="Time">
      {all.map(({ name, label }) => (
        <a
          key={name}
          href={to([view, ...parts], { window: name })}
          aria-current={name === chosen ? 'true' : undefined}
        >
          {label}
        </a>
      ))}
    </nav>
  );
}
