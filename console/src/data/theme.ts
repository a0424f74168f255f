import { effect, signal } from '@preact/signals';

export type Theme = 'light' | 'dark';

const key = 'sluice.theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');

function chosen(): Theme {
  const kept = window.localStorage.getItem(key);
  if (kept === 'light' || kept === 'dark') return kept;
  return dark.matches ? 'dark' : 'light';
}

/** What the viewer chose, or what their system says. */
export const theme = signal<Theme>(chosen());
dark.addEventListener('change', () => {
  theme.value = chosen();
});
effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

export function turnTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  window.localStorage.setItem(key, theme.value);
}
