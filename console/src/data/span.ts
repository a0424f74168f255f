import { computed } from '@preact/signals';
import { route } from './route.ts';

/** The times that can be looked back on. */
export const spans = [
  { name: '1h', seconds: 3600, label: '1 h' },
  { name: '6h', seconds: 6 * 3600, label: '6 h' },
  { name: '24h', seconds: 86_400, label: '24 h' },
  { name: '7d', seconds: 7 * 86_400, label: '7 days' },
  { name: '30d', seconds: 30 * 86_400, label: '30 days' },
] as const;

/** The one in the address; `live` is for the overview alone. */
export const span = computed(() => {
  const wanted = route.value.search.get('window');
  return spans.find(({ name }) => name === wanted) ?? spans[0];
});

export const isLive = computed(() => {
  const { view, search } = route.value;
  return view === 'overview' && (search.get('window') ?? 'live') === 'live';
});
