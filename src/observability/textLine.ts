import { printable } from './printable.ts';

/** A JSON log line as one short line for people: time, level, message, then the fields. */
export function textLine(json: string): string {
  const { time, level, msg, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  const rest = Object.entries(fields)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${fieldText(value)}`);
  return `${printable([clock, String(level).padEnd(5), String(msg), ...rest].join(' '), 2000)}\n`;
}

/** Quoted where it could be read as several fields; of an error its message: the rest is in the JSON lines. */
function fieldText(value: unknown): string {
  if (typeof value !== 'object' || value === null) {
    const text = String(value);
    return /[\s"=]/.test(text) ? JSON.stringify(text) : text;
  }
  const { type, message } = value as { type?: unknown; message?: unknown };
  return typeof type === 'string' && typeof message === 'string'
    ? JSON.stringify(message)
    : JSON.stringify(value);
}
