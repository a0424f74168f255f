/** Numbers have their unit, times are of the viewer's zone. */
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const fine = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const precise = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const shortMoment = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

export function count(value: number): string {
  return value < 10_000 ? whole.format(value) : compact.format(value);
}

export function rate(value: number): string {
  return value === 0 ? '0' : value < 100 ? precise.format(value) : count(value);
}

/** The number and its unit apart, for tiles. */
export function durationParts(ms: number | null): readonly [string, string] {
  if (ms === null) return ['–', ''];
  if (ms < 1000) return [ms < 10 ? fine.format(ms) : precise.format(ms), 'ms'];
  return [precise.format(ms / 1000), 's'];
}

export function duration(ms: number | null): string {
  return durationParts(ms).join(' ').trim();
}

/** Two quantiles beside each other, with one unit where both have the same. */
export function quantiles({ p50Ms, p99Ms }: { p50Ms: number | null; p99Ms: number | null }): string {
  const [p50, unit] = durationParts(p50Ms);
  const [p99, other] = durationParts(p99Ms);
  return `p50 ${p50}${unit === other ? '' : ` ${unit}`} · p99 ${p99} ${other}`.trim();
}

export function percent(part: number, all: number): string {
  if (all === 0) return '–';
  const value = (part / all) * 100;
  return `${value === 0 ? '0' : value < 0.01 ? '<0.01' : precise.format(value)} %`;
}

export function bytes(value: number): string {
  if (value < 1000) return `${whole.format(value)} B`;
  if (value < 1e6) return `${precise.format(value / 1e3)} kB`;
  return value < 1e9 ? `${precise.format(value / 1e6)} MB` : `${precise.format(value / 1e9)} GB`;
}

/** How much more or less than before: `+12 %`; empty where there was nothing. */
export function change(now: number | null, before: number | null): string {
  if (now === null || before === null || before === 0) return '';
  const part = (now / before - 1) * 100;
  if (Math.abs(part) < 0.5) return '±0 %';
  return `${part > 0 ? '+' : '−'}${Math.abs(part) >= 1000 ? '>999' : whole.format(Math.abs(part))} %`;
}

export function at(iso: string): string {
  return moment.format(new Date(iso));
}

export function shortAt(iso: string): string {
  return shortMoment.format(new Date(iso));
}

export function timeOf(iso: string): string {
  return clockTime.format(new Date(iso));
}

/** Names from outside are as long as somebody liked. */
export function clipped(name: string, most = 160): string {
  return name.length > most ? `${name.slice(0, most)}…` : name;
}
