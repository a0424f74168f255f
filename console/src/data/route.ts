import { computed, signal } from '@preact/signals';

export interface Route {
  readonly view: string;
  /** What follows it: names and ids, decoded. */
  readonly parts: readonly string[];
  readonly search: URLSearchParams;
}

const hash = signal(window.location.hash);
window.addEventListener('hashchange', () => {
  hash.value = window.location.hash;
});

/** Where the viewer is: `#/operations/0b6e…?window=24h`. All of it is in the address, so that it can be sent to a colleague. */
export const route = computed<Route>(() => {
  const [path = '', search = ''] = hash.value.replace(/^#\/?/, '').split('?');
  const [view = '', ...parts] = path.split('/').map(decoded);
  return { view: view === '' ? 'overview' : view, parts, search: new URLSearchParams(search) };
});

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** An address within the console; the window that is looked at goes along. */
export function to(parts: readonly string[], search: Readonly<Record<string, string | null>> = {}): string {
  const all = new URLSearchParams();
  const kept = route.value.search.get('window');
  if (kept !== null) all.set('window', kept);
  for (const [name, value] of Object.entries(search)) {
    if (value === null) all.delete(name);
    else all.set(name, value);
  }
  const query = all.toString();
  return `#/${parts.map(encodeURIComponent).join('/')}${query === '' ? '' : `?${query}`}`;
}

export function go(address: string): void {
  window.location.hash = address;
}

/** Puts something into the address of where the viewer is, without a step back for each letter. */
export function keep(search: Readonly<Record<string, string | null>>): void {
  const { view, parts, search: now } = route.value;
  const all = { ...Object.fromEntries(now), ...search };
  window.history.replaceState(null, '', to([view, ...parts], all));
  hash.value = window.location.hash;
}
